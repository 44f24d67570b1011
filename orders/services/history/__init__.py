"""Order history of another system: read a file, keep what can be kept, account for every row."""

from orders.services.history.loading import ImportResult, import_history
from orders.services.history.mapping import Mapping, MappingError, load_mapping, named_mappings, recognise
from orders.services.history.reading import FileProblem

__all__ = [
    "FileProblem",
    "ImportResult",
    "Mapping",
    "MappingError",
    "import_history",
    "load_mapping",
    "named_mappings",
    "recognise",
]
