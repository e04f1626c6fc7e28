"""From what Splitwise and Spliit call categories to the keys of ours. What is not here has none."""

_KEYS = {
    "food.groceries": ("Groceries",),
    "food.restaurants": ("Dining out",),
    "food.drinks": ("Liquor",),
    "home.rent": ("Rent",),
    "home.mortgage": ("Mortgage",),
    "home.furniture": ("Furniture",),
    "home.maintenance": ("Maintenance",),
    "home.supplies": ("Household supplies",),
    "home.services": ("Services", "Cleaning"),
    "utilities.electricity": ("Electricity",),
    "utilities.water": ("Water", "Trash"),
    "utilities.heating": ("Heat/gas",),
    "utilities.internet": ("TV/Phone/Internet",),
    "transport.fuel": ("Gas/fuel",),
    "transport.public": ("Bus/train",),
    "transport.taxi": ("Taxi",),
    "transport.parking": ("Parking",),
    "transport.car": ("Car",),
    "transport.bicycle": ("Bicycle",),
    "travel.flights": ("Plane",),
    "travel.lodging": ("Hotel",),
    "health.doctor": ("Medical expenses",),
    "health.fitness": ("Sports",),
    "leisure.entertainment": ("Entertainment", "Games", "Movies", "Music"),
    "shopping.clothing": ("Clothing",),
    "shopping.electronics": ("Electronics",),
    "shopping.gifts": ("Gifts",),
    "family.childcare": ("Childcare",),
    "family.education": ("Education",),
    "family.pets": ("Pets",),
    "family.donations": ("Donation",),
    "finance.insurance": ("Insurance",),
    "finance.taxes": ("Taxes",),
    "other.general": ("General",),
}
_BY_NAME = {name.casefold(): key for key, names in _KEYS.items() for name in names}


def category_of(name: str | None) -> str | None:
    """The key of our category, if there is one that means the same."""
    return _BY_NAME.get((name or "").casefold())
