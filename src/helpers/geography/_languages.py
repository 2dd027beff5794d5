"""The languages in which a map may name what it shows."""

from helpers.dossier import Dossier
from helpers.errors import DossierError
from helpers.geography._boundaries import read_layer
from helpers.geography._files import find_boundaries
from helpers.words import one_of, quote_value


def list_place_names(dossier: Dossier) -> list[str]:
    """The codes of the languages in which a dossier's places or the boundaries have names."""
    table, _ = read_layer(find_boundaries("countries.parquet"))
    others = [name.removeprefix("name_") for name in table.column_names if name.startswith("name_")]
    return list(dict.fromkeys([*dossier.languages, *others]))


def check_place_names(dossier: Dossier, language: str) -> None:
    """Refuse a language in which nothing has a name.

    Raises
    ------
    DossierError
        Neither the dossier's places nor the boundaries have names in it.
    """
    known = list_place_names(dossier)
    if language not in known:
        value = quote_value(language)
        raise DossierError(f"place_names {value}: not a language here ({one_of(known)})")
