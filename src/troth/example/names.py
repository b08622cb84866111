"""Holds the pools that invented people and firms are made from; they yield no name of the cast."""

FIRST = {
    "DK": (
        "Agnes Anders Asger Astrid Birgitte Bodil Carsten Dagmar Ejvind Ellen Esben Gry Henning Inger "
        "Jeppe Karoline Kasper Kirsten Lærke Lone Mads Malene Morten Nanna Niels Pernille Rasmus "
        "Sanne Søren Thea Tove Ulrik Vibeke Villads Winnie"
    ),
    "NO": (
        "Arne Bente Eirik Embla Finn Gunnhild Halvor Hedda Ingrid Jostein Kjersti Kåre Magnhild Odd "
        "Ragnhild Sigurd Solveig Steinar Torunn Vegard Øyvind"
    ),
    "SE": (
        "Agneta Arvid Birgitta Ebba Elof Folke Gunilla Göran Hjördis Ingemar Kerstin Lovisa Märta "
        "Nils Pontus Ragna Sixten Tuva Viveka Åke"
    ),
    "US": (
        "Amber Bryce Celeste Dwight Elena Felix Gloria Hector Imani Joaquin Keisha Luther Marisol "
        "Noah Opal Priya Quentin Rosalind Soledad Travis Wei"
    ),
}
LAST = {
    "DK": (
        "Abildtrup Bakkegaard Birkemose Damsbo Egeris Elmquist Fuglsbjerg Gammelby Grønnebæk "
        "Havnstrup Hjortlund Højvang Kildeskov Klintholt Kløvermark Lyngsø Mosevang Myrup Nørreslet "
        "Overdal Pilegrav Ravnsborg Rosenlyst Rørkær Sandbjerg Skovbølling Solvang Stagsted Søgård "
        "Tornbjerg Tværmose Vadum Vestbirk Østerhede Ågren"
    ),
    "NO": (
        "Bjerkvold Dalsrud Eikenes Fjellvang Furuseth Grønnvoll Haukenes Heimstad Kvalvåg Lyngholm "
        "Myklevik Nesbråten Rognerud Selvåg Skogheim Stormo Tinnvik Ulvestad Vikanes Ødegren"
    ),
    "SE": (
        "Almgård Björkhage Dalström Ekeberga Fagerlid Granhed Hallvik Hedfors Kvarnby Lindhaga "
        "Ljungskog Myrén Norrvik Rosenäng Sjöhage Stenvik Tallmo Vallby Åkerholm Östanbäck"
    ),
    "US": (
        "Abernall Brightwater Calderosa Dunmarsh Eastvale Fairholt Goldenrow Hartsmere Ibarrola "
        "Juniperson Kettlewood Larkmont Mirandez Northgate Oakhollow Pemberlane Quillrose Redfern "
        "Silverado Thornquist Westbrae"
    ),
}
STREETS = {
    "DK": (
        "Agerhønen Brombærvej Engdraget Fasanhegnet Gyvelstien Hybenvej Kirsebærlunden Lærkebakken "
        "Møllestrædet Nattergalestien Rughaven Strandmalurten Tornskaden Vibelunden"
    ),
    "NO": (
        "Bekkefaret Furukollen Granlia Kvitveisbakken Lyngveien Multestien Rognesvingen Solsida Tjernveien"
    ),
    "SE": ("Almvägen Backsippan Ekorrstigen Granbacken Hasselgränd Kaprifolvägen Lönnvägen Vitsippsstigen"),
    "US": (
        "Acorn_Lane Bluebird_Court Driftwood_Drive Foxglove_Avenue Mariposa_Way Poppy_Street "
        "Quail_Road Sycamore_Path"
    ),
}
CITIES = {
    "DK": (
        ("1620", "København V"),
        ("2800", "Kongens Lyngby"),
        ("4700", "Næstved"),
        ("5700", "Svendborg"),
        ("6400", "Sønderborg"),
        ("7100", "Vejle"),
        ("8600", "Silkeborg"),
        ("8900", "Randers C"),
        ("9800", "Hjørring"),
    ),
    "NO": (
        ("0155", "Oslo"),
        ("4006", "Stavanger"),
        ("5014", "Bergen"),
        ("7011", "Trondheim"),
        ("9008", "Tromsø"),
    ),
    "SE": (
        ("118 20", "Stockholm"),
        ("211 34", "Malmö"),
        ("411 03", "Göteborg"),
        ("753 10", "Uppsala"),
        ("903 26", "Umeå"),
    ),
    "US": (
        ("CA 94103", "San Francisco"),
        ("CA 95814", "Sacramento"),
        ("CA 92101", "San Diego"),
        ("CA 93721", "Fresno"),
    ),
}
MAIL = {
    "DK": ("example.dk", "example.com"),
    "NO": ("example.no", "example.com"),
    "SE": ("example.se", "example.com"),
    "US": ("example.com", "example.org", "example.net"),
}
FIRM_STEMS = (
    "Birkevang Brise Bølgebryder Egehøj Fjeldgård Flinthøj Gryning Havtorn Isfugl Klippe "
    "Kornblomst Lanterne Lyngmose Morild Nordsø Okker Pilegren Ravkyst Rimfrost Skærgård Sortebær "
    "Stjernehus Tidevand Tyttebær Vadefugl Vinterhavn"
)
FIRM_TRADES = {
    "DK": ("Bageri ApS", "Tømrer A/S", "Logistik A/S", "Plejehjem", "Tandlæger I/S", "Møbler ApS"),
    "NO": ("Fisk AS", "Bygg AS", "Transport AS", "Legesenter AS"),
    "SE": ("Snickeri AB", "Vård AB", "Frakt AB", "Kafé HB"),
    "US": ("Bakery LLC", "Clinics Inc.", "Freight LLC", "Studios Inc."),
}
CURRENCY = {"DK": "DKK", "NO": "NOK", "SE": "SEK", "US": "USD"}
LANGUAGE = {"DK": "da", "NO": "nb", "SE": "sv", "US": "en"}
STAFF: tuple[tuple[str, str], ...] = (
    ("Bente Skjoldager", "Head of sales"),
    ("Claus Ravnholt", "Account manager"),
    ("Dorte Hvidbjerg", "Account manager"),
    ("Emil Tangstrup", "Support lead"),
    ("Fie Lundemark", "Support"),
    ("Gorm Askebjerg", "Support"),
    ("Rikke Thorsager", "Support"),
    ("Håkon Steinvik", "Sales, Norway"),
    ("Ylva Mörkfors", "Sales, Sweden"),
    ("Paige Larchmont", "Sales, California"),
    ("Otto Rørvang", "Bookkeeper"),
    ("Sanna Engholt", "Newsletter editor"),
)
AREA_CODES = ("209", "213", "310", "408", "415", "510", "619", "626", "650", "707", "805", "916")
FOLD = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ä": "a", "ö": "o", "é": "e"})
