"""How the columns and codes of another system's export are to be understood."""

import dataclasses
import tomllib
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from django.utils.translation import gettext as _

from orders.services.history.reading import first_line, has_columns

FOLDER = Path(__file__).parent / "mappings"
REQUIRED = ("document", "code", "quantity", "at", "price")
OPTIONAL = ("description", "customer", "customer_name", "country")


class MappingError(Exception):
    """A mapping file can't be used; the message says why."""


@dataclasses.dataclass(frozen=True)
class Mapping:
    """A named layout: ``columns`` maps our names to the headings of the file.

    Documents whose number begins with ``credit_prefix`` take back; ``charges`` are codes of services,
    ``bookkeeping`` codes of entries that are no sales; ``times`` are strptime formats, tried in order.
    """

    name: str
    label: str
    columns: dict[str, str]
    currency: str
    time_zone: ZoneInfo
    times: tuple[str, ...]
    number_prefix: str = ""
    default_country: str = "ES"
    credit_prefix: str = ""
    charges: frozenset[str] = frozenset()
    bookkeeping: frozenset[str] = frozenset()
    countries: dict[str, str] = dataclasses.field(default_factory=dict)

    def country_code(self, name: str) -> str:
        """ISO 3166 code of a country's name in English or Spanish, of a code, or of this mapping's own table."""
        name = name.strip()
        if not name:
            return self.default_country
        return self.countries.get(name) or _country_names().get(name.casefold()) or "ZZ"


def named_mappings() -> list[str]:
    """Names of the layouts that come with the product."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load_mapping(name_or_path: str) -> Mapping:
    """A layout by its name, or from a TOML file of the user's own. Raises MappingError saying what to mend."""
    path = FOLDER / f"{name_or_path}.toml" if name_or_path in named_mappings() else Path(name_or_path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MappingError(
            _("There is no mapping %(name)s. Known are: %(known)s; or give the path of a TOML file.")
            % {"name": name_or_path, "known": ", ".join(named_mappings())}
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise MappingError(
            _("The mapping %(name)s can't be read: %(error)s") % {"name": name_or_path, "error": error}
        ) from error
    return _checked(data, name_or_path)


def recognise(path: Path) -> Mapping:
    """The one named layout whose columns the file has, all of them.

    Raises MappingError when none or several fit: a guess would bring in something else than what was meant.
    """
    line = first_line(path)
    known = {name: load_mapping(name) for name in named_mappings()}
    fitting = [mapping for mapping in known.values() if has_columns(line, list(mapping.columns.values()))]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise MappingError(
            _("The headings of the file fit several layouts: %(names)s. Name the one that is meant.")
            % {"names": ", ".join(mapping.label for mapping in fitting)}
        )
    raise MappingError(
        _("The headings of the file fit no known layout. Line 1 must name these columns: %(layouts)s.")
        % {"layouts": "; ".join(f"{m.label}: {', '.join(m.columns.values())}" for m in known.values())}
    )


def _with_model(data: dict, origin: str) -> dict:
    """A layout that is ``like`` a named one takes from it whatever it does not say itself."""
    model = data.get("like")
    if model is None:
        return data
    if model not in named_mappings():
        raise MappingError(
            _("The mapping %(name)s is like %(model)s, which is not known.") % {"name": origin, "model": model}
        )
    return tomllib.loads((FOLDER / f"{model}.toml").read_text(encoding="utf-8")) | data


def _checked(data: dict, origin: str) -> Mapping:
    data = _with_model(data, origin)
    columns = data.get("columns", {})
    missing = [name for name in REQUIRED if not columns.get(name)]
    unknown = [name for name in columns if name not in REQUIRED + OPTIONAL]
    if missing or unknown or not data.get("name"):
        raise MappingError(
            _("The mapping %(name)s must have a name, and under [columns] %(required)s. Missing: %(missing)s.")
            % {
                "name": origin,
                "required": ", ".join(REQUIRED),
                "missing": ", ".join(missing + [f"{name}?" for name in unknown]) or "name",
            }
        )
    try:
        zone = ZoneInfo(data.get("time_zone", "Europe/Madrid"))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise MappingError(_("Unknown time zone in the mapping: %(error)s") % {"error": error}) from error
    codes = data.get("codes", {})
    return Mapping(
        name=data["name"][:40],
        label=data.get("label", data["name"]),
        columns=columns,
        currency=data.get("currency", "EUR"),
        time_zone=zone,
        times=tuple(data.get("times", ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d"])),
        number_prefix=data.get("number_prefix", f"{data['name'][:6].upper()}-"),
        default_country=data.get("default_country", "ES"),
        credit_prefix=data.get("documents", {}).get("credit_prefix", ""),
        charges=frozenset(code.upper() for code in codes.get("charges", [])),
        bookkeeping=frozenset(code.upper() for code in codes.get("bookkeeping", [])),
        countries=data.get("countries", {}),
    )


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    """Names in English and Spanish, and the codes themselves, to ISO codes."""
    names: dict[str, str] = {}
    for language in ("es", "en"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                names[name.casefold()] = code
                names[code.casefold()] = code
    return names
