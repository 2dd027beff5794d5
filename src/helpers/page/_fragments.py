"""The pieces of a page, from the templates in the folder `fragments`."""

from pathlib import Path

from helpers.words import open_fragments

render_fragment = open_fragments(Path(__file__).with_name("fragments"))
