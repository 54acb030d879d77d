from catalogue.services.editing import NothingChanged, StaleModel, edit_model, revert_revision
from catalogue.services.loading import Loaded, load_catalogue
from catalogue.services.shelf import NotYourShelf, empty_shelf, remove_from_shelf, save_shelf_item

__all__ = [
    "Loaded",
    "NotYourShelf",
    "NothingChanged",
    "StaleModel",
    "edit_model",
    "empty_shelf",
    "load_catalogue",
    "remove_from_shelf",
    "revert_revision",
    "save_shelf_item",
]
