"""What is said of a map: title, alt text, source line and rows."""

from collections.abc import Sequence
from operator import attrgetter

import numpy as np
import pandas as pd

from helpers import geography, words
from helpers.dossier import Dossier
from helpers.figures._figure import group_rows, list_sources
from helpers.words import Traced, capitalise, compose, format_list

PLAIN_ROLE = "place of the story"
_BY_ROLE = attrgetter("role")
_MADE_FROM = (
    "Boundaries and lakes: Natural Earth 1:10m. Rivers: GSHHG (LGPL). "
    "Cities: GeoNames, and which regions are today's, July 2026 (CC BY 4.0)."
)
_CLOSE = "At this scale {} may lie some km off{}; no free package carries streets."
_FINER = {"coasts": "coasts of small countries and islands", "borders": "land borders"}
_CREDIT = "© OpenStreetMap contributors (ODbL)."
_FARTHEST_KM = 3000  # beyond it the way turns: it sets out to another side than a map shows
CLOSE_M = 100  # a pixel: what is made for 1:10 million is coarse on a closer map


def list_country_codes(places: list) -> list[str]:
    """The codes of the story's countries; one that has no boundaries is left out."""
    known = geography.list_countries()
    return [code for code in dict.fromkeys(place.country for place in places) if code in known]


def list_spots(places: list) -> np.ndarray:
    """The longitudes and latitudes of places, shape (n, 2)."""
    return np.array([(place.longitude, place.latitude) for place in places]).reshape(-1, 2)


def write_title(places: list) -> Traced:
    """Where the places of the first role lie, and how far from them those of the others."""
    sites = [place for place in places if place.is_site]
    countries = _name_countries(places)
    head = compose("{}: ", format_list(countries)) if countries else ""
    if not sites:
        areas = [place.name for place in places if place.kind == "region"]
        return compose("{}{}", head, format_list(areas) if areas else "no place within is named")
    (role, first), *others = group_rows(sites, _BY_ROLE).items()
    said = _name_some(first, role)
    within = len(countries) == 1 and {p.country for p in first} == {*list_country_codes(places)}
    part = _name_part(first) if within else ""
    if part:
        said = compose("{} {} {}", said, "lies" if len(first) == 1 else "lie", part)
    elif not countries and len(first) == 1:
        at = first[0].latitude, first[0].longitude
        point, sea = _format_point(*at), geography.name_sea(*at)
        said = compose("{} lies at {}", said, f"{point}, {sea}" if sea else point)
    if len(first) > 1 and not (part or others):
        spread = float(_measure_pairs(first, first).max())
        how = "some" if len(first) == 2 else "up to"
        said = compose("{}, {} {} apart", said, how, _trace_km(spread))
    further = [_format_distance(group, role, first) for role, group in others[:2]]
    return words.join("; ", [compose("{}{}", head, said), *further])


def _name_countries(places: list) -> list[str]:
    return [geography.list_countries()[code] for code in list_country_codes(places)]


def _name_all(places: list) -> str:
    return format_list(place.name for place in places)


def _name_some(group: list, role: str) -> str:
    """'Zhanaozen and Aktau (protest origin)', or '5 places marked “flooded town”'."""
    if len(group) <= 3:
        return _add_role(_name_all(group), role)
    count = words.format_count(len(group), "place")
    return count if role == PLAIN_ROLE else compose("{} marked “{}”", count, role)


def _add_role(names: str, role: str) -> str:
    """Names with their role, where they do not say it themselves: 'The wreck'."""
    is_said = {*role.casefold().split()} <= {*names.casefold().split()}
    return names if role == PLAIN_ROLE or is_said else compose("{} ({})", names, role)


def _name_part(group: list) -> str:
    """'in the far west': the part of their country in which every one of some places lies, or ''.

    The outer third of its width or height is a part, its outer fifth is far.
    """
    spots = list_spots(group)
    [code] = list_country_codes(group)
    corners = geography.find_main_parts(geography.read_country(code)["geometry"], spots)
    projection = geography.choose_projection(geography.find_extent(*corners.T))
    edges, at = (np.array(projection.project(*points.T)) for points in (corners, spots))
    least, most = edges.min(axis=1)[:, None], edges.max(axis=1)[:, None]
    across, up = (at - least) / (most - least)
    for edge, far in ((0.2, "far "), (0.35, "")):
        sides = [
            "south" if (up < edge).all() else "north" if (up > 1 - edge).all() else "",
            "west" if (across < edge).all() else "east" if (across > 1 - edge).all() else "",
        ]
        if any(sides):
            return f"in the {far}{'-'.join(filter(None, sides))}"
    return ""


def _format_distance(group: list, role: str, first: list) -> Traced:
    """'Baikonur cosmodrome (protected site) some 880 km east of Zhanaozen': the nearest two."""
    distances = _measure_pairs(first, group)
    i, j = np.unravel_index(np.argmin(distances), distances.shape)
    distance, near, far = float(distances[i, j]), first[i], group[j]
    if distance < 1:
        return compose("{} at the same place", _name_some(group, role))
    if distance <= near.precision_km + far.precision_km:
        apart = "{} next to {}, their middles some {} apart"
        return compose(apart, _name_some(group, role), near.name, _trace_km(distance))
    nearest = f", {far.name} the nearest," if len(group) > 1 else ""
    said = compose("{}{} some {}", _name_some(group, role), nearest, _trace_km(distance))
    if distance > _FARTHEST_KM:
        return compose("{} from {}", said, near.name)
    ends = near.latitude, near.longitude, far.latitude, far.longitude
    return compose("{} {} of {}", said, geography.name_direction(*ends), near.name)


def _measure_pairs(first: list, second: list) -> np.ndarray:
    """The distances in km between two groups of places, shape (first, second)."""
    longitudes, latitudes = list_spots(first).T[:, :, None]
    ends = np.broadcast_arrays(latitudes, longitudes, *list_spots(second).T[::-1])
    return np.asarray(geography.measure_km(*ends))


def _trace_km(distance: float) -> Traced:
    """'880 km': a distance in tens of kilometres, or in kilometres below a hundred."""
    rounded = int(round(distance, -1 if distance >= 100 else 0))
    return words.trace_number(rounded, rule="distance") + " km"


def write_alt(places: list, insets: list, has_inset: bool) -> str:
    """The map in words, from its rows: also those of its inset, or where it has none."""
    said = [f"Map of {format_list(_name_countries(places) or ['the sea'])}"]
    groups = list(group_rows((place for place in places if place.is_site), _BY_ROLE).items())
    for role, group in groups:
        said.append(f"marked as {role}: {format_list(map(_tell_site, group))}")
    regions = [place for place in places if place.kind == "region" and not place.is_site]
    if regions:
        alike = group_rows(regions, _BY_ROLE).items()
        areas = [_add_role(_name_all(group), role) for role, group in alike]
        said.append(f"picked out as areas: {format_list(areas)}")
    said += [_format_distance(group, role, groups[0][1]) for role, group in groups[1:]]
    if insets:
        where = "in the inset" if has_inset else "not marked on the map"
        told = [p.name if p.kind == "country" else _tell_site(p, [p.role]) for p in insets]
        said.append(f"{where}: {format_list(told)}")
    if picked := [place for place in places if place.is_picked]:
        said.append(f"a heavy line runs around {_name_all(picked)}")
    return ". ".join(sentence[:1].upper() + sentence[1:] for sentence in said) + "."


def _tell_site(site, roles: Sequence[str] = ()) -> str:
    """'Zhanaozen (43.34° N, 52.86° E; Mangystau Region)', its roles first."""
    parts = [role for role in roles if role != PLAIN_ROLE]
    parts += [_format_point(site.latitude, site.longitude)]
    parts += [site.region] if site.region else []
    parts += [f"within {site.precision_km:g} km"] if site.precision_km >= 10 else []
    return f"{words.isolate_whole(site.name)} ({'; '.join(parts)})"


def _format_point(latitude: float, longitude: float) -> str:
    """'43.34° N, 52.86° E'."""
    up, across = round(latitude, 2), round(longitude, 2)
    return f"{geography.format_parallel(up)}, {geography.format_meridian(across)}"


def write_source(
    dossier: Dossier, places: list, insets: list, view: geography.View, phone: geography.View
) -> str:
    """The sources of the places' facts, of their coordinates and of the map, and its projection.

    And what the map takes for granted: the borders in dispute, and how close it is.
    """
    every = [*places, *insets]
    said = [list_sources(dossier, ", ".join(place.facts for place in every).split(", "))]
    used = dict.fromkeys(p.coordinate_source for p in every if p.kind != "country")
    said += [f"Coordinates: {'; '.join(used)}."] if used else []
    codes, disputed, others = set(list_country_codes(places)), [], []
    for area in view.disputed[0].to_pylist():  # in words for the story's own
        if codes.isdisjoint(area["countries"].split()):
            others.append(area["name"])
        else:
            disputed.append(f"{area['name']} is {area['view']}")
    also = "also in dispute: " if disputed else ""
    disputed += [also + format_list(others)] if others else []
    said += [f"Borders in dispute are dashed: {'; '.join(disputed)}."] if disputed else []
    said.append(_MADE_FROM)
    # Land with finer coasts may only be near to the frame.
    rows, areas = geography.read_rows("coasts", view.windows)
    _, islands = geography.read_rows("islands", view.windows)
    finer = [*areas[rows["finer"].to_numpy()], *islands]
    has_coasts = any(view.draw(np.array([area]))[0].area for area in finer)
    has_borders = len(view.strips.areas) > 0
    shown = {"coasts": has_coasts, "borders": has_borders}
    exact = [named for layer, named in _FINER.items() if shown[layer]]
    said += [f"{capitalise(', '.join(exact))}: {_CREDIT}"] if exact else []
    if view.metres_per_px < CLOSE_M:
        rough = f"{'other ' if shown['coasts'] else ''}coasts and lakes"
        said.append(_CLOSE.format(rough, ", land borders some 0.2 km" if has_borders else ""))
    projection = view.projection.name
    if phone.projection != view.projection:
        projection += f"; on a phone, {phone.projection.name}"
    return words.join(" ", [*said, f"{projection}."])


def list_rows(places: list) -> pd.DataFrame:
    columns = "place_id", "name", "role", "region", "latitude", "longitude", "precision_km", "facts"
    whole = {"role": "", "region": "the whole country"}
    rows = [
        place._asdict() | {"name": place.label} | (whole if place.kind == "country" else {})
        for place in places
    ]
    return pd.DataFrame({name: [row[name] for row in rows] for name in columns})
