"""An invented software vendor in five SQLite files: the same rows for the same seed, and no living person.

`Havgry Software` sells a rota planner, as a service and for the customer's own server, in Denmark, Norway,
Sweden and California. The names are made up, machine addresses come from ranges kept for documentation, and
civil registration numbers belong to births before 1900 or are replacement numbers. `traps` tells what is
hidden where; `checks` finds it with none of Troth's engine.
"""

from troth.example.cast import AS_OF, BYSTANDER, HERO, SHARED, VENDOR, Person
from troth.example.estate import FILES, build
from troth.example.traps import Place, Trap, traps

__all__ = [
    "AS_OF",
    "BYSTANDER",
    "FILES",
    "HERO",
    "SHARED",
    "VENDOR",
    "Person",
    "Place",
    "Trap",
    "build",
    "traps",
]
