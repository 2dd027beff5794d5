"""A new dossier: three tables, and the text that its facts will come from."""

import os
import re
import shutil
import tempfile
from pathlib import Path

import pandas as pd
from shapely import Point

from helpers.dossier import TABLES, describe_package, format_csv, read_dossier
from helpers.dossier._texts import hash_text, read_text, split_paragraphs
from helpers.errors import DossierError, ParameterError
