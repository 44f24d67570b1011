"""Names of people, places and businesses in the demo company; all businesses are invented."""

import random
from dataclasses import dataclass

WOMEN = [
    "Lucía",
    "María",
    "Carmen",
    "Ana",
    "Laura",
    "Marta",
    "Elena",
    "Cristina",
    "Isabel",
    "Pilar",
    "Rosa",
    "Teresa",
    "Nuria",
    "Beatriz",
    "Silvia",
    "Raquel",
    "Irene",
    "Alicia",
    "Eva",
    "Sonia",
    "Rocío",
    "Inés",
    "Julia",
    "Clara",
    "Paula",
    "Mercedes",
    "Amparo",
    "Begoña",
    "Montserrat",
    "Noelia",
]
MEN = [
    "Antonio",
    "Javier",
    "Carlos",
    "Miguel",
    "Manuel",
    "David",
    "José",
    "Daniel",
    "Francisco",
    "Alejandro",
    "Rafael",
    "Pablo",
    "Sergio",
    "Fernando",
    "Luis",
    "Jorge",
    "Alberto",
    "Andrés",
    "Diego",
    "Adrián",
    "Raúl",
    "Enrique",
    "Ramón",
    "Vicente",
    "Ignacio",
    "Jordi",
    "Iker",
    "Gonzalo",
    "Joaquín",
    "Emilio",
]
SURNAMES = [
    "García",
    "Fernández",
    "González",
    "Rodríguez",
    "López",
    "Martínez",
    "Sánchez",
    "Pérez",
    "Gómez",
    "Martín",
    "Jiménez",
    "Ruiz",
    "Hernández",
    "Díaz",
    "Moreno",
    "Álvarez",
    "Muñoz",
    "Romero",
    "Alonso",
    "Gutiérrez",
    "Navarro",
    "Torres",
    "Domínguez",
    "Vázquez",
    "Ramos",
    "Gil",
    "Ramírez",
    "Serrano",
    "Blanco",
    "Molina",
    "Morales",
    "Suárez",
    "Ortega",
    "Delgado",
    "Castro",
    "Ortiz",
    "Rubio",
    "Marín",
    "Sanz",
    "Núñez",
    "Iglesias",
    "Medina",
    "Garrido",
    "Cortés",
    "Castillo",
    "Santos",
    "Lozano",
    "Guerrero",
    "Cano",
    "Prieto",
    "Méndez",
    "Cruz",
    "Calvo",
    "Gallego",
    "Vidal",
    "León",
    "Márquez",
    "Herrera",
    "Peña",
    "Flores",
    "Cabrera",
    "Campos",
    "Vega",
    "Fuentes",
    "Carrasco",
    "Diez",
    "Reyes",
    "Caballero",
    "Nieto",
    "Aguilar",
    "Pascual",
    "Santana",
    "Herrero",
    "Lorenzo",
    "Montero",
    "Hidalgo",
    "Giménez",
    "Ferrer",
]
STREETS = [
    "Calle Mayor",
    "Calle Real",
    "Avenida de la Constitución",
    "Calle del Mercado",
    "Plaza de España",
    "Calle San Juan",
    "Calle Nueva",
    "Avenida de Andalucía",
    "Calle del Carmen",
    "Paseo de la Estación",
    "Calle Cervantes",
    "Calle Goya",
    "Ronda Norte",
    "Calle Colón",
    "Calle del Pilar",
    "Plaza Mayor",
    "Calle Santa Ana",
    "Avenida del Puerto",
    "Calle Velázquez",
    "Calle de la Paz",
    "Travesía del Río",
    "Camino Viejo",
    "Calle Doctor Marañón",
    "Avenida de Europa",
    "Calle San Antonio",
    "Calle de la Fuente",
    "Calle Larga",
    "Polígono Las Eras",
    "Calle Rosalía de Castro",
    "Calle de los Olivos",
]


@dataclass(frozen=True)
class Place:
    """A town with its province, the first four digits of its postcodes and our region."""

    city: str
    province: str
    postcode: str
    region: str


PLACES = tuple(
    Place(*row.split("|"))
    for row in """
Madrid|Madrid|2801|MAD
Madrid|Madrid|2802|MAD
Madrid|Madrid|2800|MAD
Alcalá de Henares|Madrid|2880|MAD
Getafe|Madrid|2890|MAD
Leganés|Madrid|2891|MAD
Pozuelo de Alarcón|Madrid|2822|MAD
Toledo|Toledo|4500|CEN
Guadalajara|Guadalajara|1900|CEN
Cuenca|Cuenca|1600|CEN
Segovia|Segovia|4000|CEN
Ávila|Ávila|0500|CEN
Valladolid|Valladolid|4700|CEN
Salamanca|Salamanca|3700|CEN
León|León|2400|CEN
Burgos|Burgos|0900|CEN
A Coruña|A Coruña|1500|NOR
Vigo|Pontevedra|3620|NOR
Oviedo|Asturias|3300|NOR
Gijón|Asturias|3320|NOR
Santander|Cantabria|3900|NOR
Bilbao|Bizkaia|4800|NOR
Donostia|Gipuzkoa|2000|NOR
Vitoria|Álava|0100|NOR
Zaragoza|Zaragoza|5000|ARA
Zaragoza|Zaragoza|5001|ARA
Huesca|Huesca|2200|ARA
Teruel|Teruel|4400|ARA
Pamplona|Navarra|3100|ARA
Logroño|La Rioja|2600|ARA
Barcelona|Barcelona|0800|CAT
Barcelona|Barcelona|0801|CAT
Girona|Girona|1700|CAT
Lleida|Lleida|2500|CAT
Tarragona|Tarragona|4300|CAT
Sitges|Barcelona|0887|CAT
Valencia|Valencia|4600|LEV
Castelló|Castelló|1200|LEV
Alicante|Alicante|0300|LEV
Murcia|Murcia|3000|LEV
Cartagena|Murcia|3020|LEV
Sevilla|Sevilla|4100|SUR
Sevilla|Sevilla|4101|SUR
Cádiz|Cádiz|1100|SUR
Jerez de la Frontera|Cádiz|1140|SUR
Huelva|Huelva|2100|SUR
Córdoba|Córdoba|1400|SUR
Málaga|Málaga|2900|SUR
Marbella|Málaga|2960|SUR
Granada|Granada|1800|SUR
Badajoz|Badajoz|0600|EXT
Cáceres|Cáceres|1000|EXT
Mérida|Badajoz|0680|EXT
""".strip().splitlines()
)

# Where customers abroad are: city, postcode, country, region.
ABROAD = (
    ("Lisboa", "1100-148", "PT", "INT"),
    ("Porto", "4050-290", "PT", "INT"),
    ("Toulouse", "31000", "FR", "INT"),
    ("Bordeaux", "33000", "FR", "INT"),
    ("Milano", "20121", "IT", "INT"),
    ("London", "EC1A 4HD", "GB", "INT"),
    ("Zürich", "8001", "CH", "INT"),
)

_HOUSES = [
    "Casa {surname}",
    "El Fogón de {name}",
    "La Tasca de {name}",
    "Mesón del {thing}",
    "El {thing}",
    "Los {things}",
    "Bodegón {surname}",
    "La Parrilla del {thing}",
    "Rincón de {name}",
    "Asador {surname}",
    "Taberna del {thing}",
    "La Mesa de {name}",
]
_SHOPS = [
    "Ultramarinos {surname}",
    "Alimentación {surname}",
    "Mantequería {surname}",
    "Colmado del {thing}",
    "Delicias de {name}",
    "Tienda del {thing}",
    "Charcutería {surname}",
    "Autoservicio {surname}",
    "El Rincón {adjective}",
    "Gourmet {surname}",
]
_HOTELS = [
    "Hotel {thing} {adjective}",
    "Hotel Plaza {surname}",
    "Hotel Mirador del {thing}",
    "Hospedería {surname}",
    "Hotel Balneario {surname}",
    "Gran Hotel {surname}",
    "Hotel Puerta del {thing}",
    "Apartamentos {surname}",
]
_CATERERS = [
    "Catering {surname}",
    "Eventos {surname}",
    "Cocinas del {thing}",
    "Colectividades {surname}",
    "Banquetes {surname}",
    "Menús del {thing}",
    "Comedores {surname}",
]
_DISTRIBUTORS = [
    "Distribuciones {surname}",
    "Comercial {surname} Hermanos",
    "Almacenes {surname}",
    "Suministros Hosteleros {surname}",
    "Mayorista {surname}",
]
PATTERNS = {"RES": _HOUSES, "SHO": _SHOPS, "HOT": _HOTELS, "CAT": _CATERERS, "DIS": _DISTRIBUTORS}
_THINGS = [
    "Puente",
    "Roble",
    "Molino",
    "Faro",
    "Olivo",
    "Arco",
    "Horno",
    "Castillo",
    "Puerto",
    "Mercado",
    "Jardín",
    "Campo",
    "Pinar",
    "Almendro",
    "Naranjo",
    "Convento",
    "Reloj",
    "Lagar",
    "Cántaro",
    "Farol",
    "Palomar",
    "Romero",
]
_PLURALS = ["Arcos", "Olivos", "Naranjos", "Faroles", "Almendros", "Porches", "Tilos", "Hermanos", "Girasoles", "Pinos"]
_ADJECTIVES = ["Real", "Antiguo", "Nuevo", "Azul", "del Sur", "del Norte", "Imperial", "Central", "Blanco", "Dorado"]


def person(dice: random.Random) -> str:
    """A first name and two surnames."""
    return f"{dice.choice(dice.choice((WOMEN, MEN)))} {dice.choice(SURNAMES)} {dice.choice(SURNAMES)}"


def business(dice: random.Random, segment: str, taken: set[str]) -> str:
    """A name not yet ``taken`` for a business of a segment; it is added to ``taken``."""
    while True:
        name = dice.choice(PATTERNS[segment]).format(
            surname=dice.choice(SURNAMES),
            name=dice.choice(dice.choice((WOMEN, MEN))),
            thing=dice.choice(_THINGS),
            things=dice.choice(_PLURALS),
            adjective=dice.choice(_ADJECTIVES),
        )
        if name not in taken:
            taken.add(name)
            return name


def street(dice: random.Random) -> str:
    """A street with a number."""
    return f"{dice.choice(STREETS)}, {dice.randint(1, 94)}"


def phone(dice: random.Random, *, mobile: bool = False) -> str:
    """A telephone number as Spaniards write it."""
    first = f"6{dice.randint(0, 99):02d}" if mobile else f"9{dice.randint(10, 88)}"
    return f"+34 {first} {dice.randint(0, 999):03d} {dice.randint(0, 999):03d}"
