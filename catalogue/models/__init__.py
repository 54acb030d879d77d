from catalogue.models.history import ModelRevision
from catalogue.models.operating import Category, ModelText, OperatingModel
from catalogue.models.shelf import ShelfItem

__all__ = ["Category", "ModelRevision", "ModelText", "OperatingModel", "ShelfItem"]
