"""Words of which the demo's names are made; people and firms are invented."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST = {
    "france": _words(
        """
        Adèle Alice Arnaud Aurélie Bastien Benoît Caroline Cédric Chloé Clément Damien Delphine
        Élodie Émilie Éric Fabien Florence Gaëlle Guillaume Hugo Isabelle Jérôme Julie Karim
        Laurent Léa Louis Ludovic Marion Mathieu Nadia Nicolas Olivier Pauline Philippe Quentin
        Romain Sandrine Sébastien Solène Stéphane Sylvie Valérie Vincent Yann Zoé
    """
    ),
    "uk": _words(
        """
        Adam Alice Andrew Anna Ben Beth Callum Catherine Charlotte Daniel David Edward Eleanor
        Ellie Emily Fiona George Grace Hannah Harriet Harry Isla Jack Jane Joseph Kate Laura
        Liam Lucy Mark Matthew Megan Nadia Neil Paul Peter Priya Rachel Rebecca Robert Rory Ruth
        Samuel Sarah Simon Sophie Stephen Tom Victoria William
    """
    ),
}
LAST = {
    "france": _words(
        """
        Aubert Barbier Baron Besnard Blanchard Bouvier Boyer Brunet Carpentier Caron Chevalier
        Colin Cordier Delmas Deschamps Dumas Dupuis Fabre Fleury Gauthier Gillet Guérin Hamel
        Hubert Jacquet Joly Lacroix Leclerc Lemoine Leroux Mallet Marchand Masson Mercier
        Meunier Michaud Noël Pelletier Perrin Poirier Prévost Renaud Renault Rivière Rolland
        Royer Tessier Vasseur Vidal Weber
    """
    ),
    "uk": _words(
        """
        Adams Bailey Barnes Bennett Brooks Carter Chapman Clark Collins Cooper Davies Dixon
        Edwards Ellis Evans Fisher Foster Gibson Graham Gray Green Griffiths Hall Harris Hill
        Holmes Hunter Jackson Jenkins Kaur Kelly King Lloyd Marshall Mason Mills Morgan Murray
        Owen Palmer Parker Price Reid Richards Rogers Russell Shah Shaw Spencer Stone Turner
        Walker Watson Webb Wood Young
    """
    ),
}

#: Firms: kinds with what they do, and the words that tell one from another.
FIRMS = {
    "france": (
        ("Laiterie {}", "food"),
        ("Brasserie {}", "food"),
        ("Conserverie {}", "food"),
        ("Sucrerie {}", "food"),
        ("Eaux de {}", "water"),
        ("Station {}", "water"),
        ("Papeterie {}", "paper"),
        ("Fonderies {}", "metal"),
        ("Ateliers {}", "machinery"),
        ("Chimie {}", "chemistry"),
        ("Verrerie {}", "glass"),
        ("Énergies {}", "energy"),
    ),
    "uk": (
        ("{} Dairies", "food"),
        ("{} Brewery", "food"),
        ("{} Foods", "food"),
        ("{} Water", "water"),
        ("{} Paper Mills", "paper"),
        ("{} Foundry", "metal"),
        ("{} Pumps", "machinery"),
        ("{} Chemicals", "chemistry"),
        ("{} Glass", "glass"),
        ("{} Energy", "energy"),
    ),
}
PLACES = {
    "france": _words(
        """
        Arvenne Belmont Bressac Caudry Chanteloup Clairval Corbières Courtois Darnac Estival
        Fontbrune Gavray Givors Hautecombe Jarville Lanvaux Lormont Malval Mirecourt Montaigu
        Morvan Noirval Ourcq Pontrieux Quiberville Rochebrune Sauvagnac Thiérache Tréville
        Valcourt Vernay Vivarais
    """
    ),
    "uk": _words(
        """
        Ashbourne Barrow Birchfield Calder Colne Derwent Eastvale Fenwick Glenmoor Harrow
        Ironbridge Kelso Larkfield Medway Northwick Oakham Penrith Ribble Selwyn Tavistock
        Thornbury Wharfedale
    """
    ),
}

#: Job titles with the buyer roles that come with them; none where nobody asked yet.
JOBS = {
    "france": (
        ("Responsable maintenance", ["technical_evaluator", "end_user"]),
        ("Ingénieur procédés", ["technical_evaluator"]),
        ("Directrice de site", ["decision_maker", "economic_buyer"]),
        ("Acheteur industriel", ["economic_buyer"]),
        ("Responsable métrologie", ["champion", "technical_evaluator"]),
        ("Automaticien", ["end_user"]),
        ("Directeur technique", ["decision_maker"]),
        ("Assistante de direction", ["gatekeeper"]),
    ),
    "uk": (
        ("Maintenance Manager", ["technical_evaluator", "end_user"]),
        ("Process Engineer", ["technical_evaluator"]),
        ("Plant Director", ["decision_maker", "economic_buyer"]),
        ("Procurement Lead", ["economic_buyer"]),
        ("Instrumentation Lead", ["champion", "technical_evaluator"]),
        ("Control Engineer", ["end_user"]),
        ("Technical Director", ["decision_maker"]),
        ("Office Manager", ["gatekeeper"]),
    ),
}
PERSONAS = ("Maintenance manager", "Process engineer", "Plant director", "Buyer")

PRODUCTS = {
    "france": (
        "Débitmètres",
        "Capteurs de niveau",
        "Transmetteurs de pression",
        "Sondes pH",
        "Étalonnage annuel",
    ),
    "uk": ("Flow meters", "Level sensors", "Pressure transmitters", "pH probes", "Yearly calibration"),
}

FAIRS = (
    ("Mesures & Capteurs Lyon", "fair"),
    ("Control Expo Birmingham", "fair"),
    ("Aqua Tech Nantes", "fair"),
    ("Food Process Rennes", "fair"),
    ("Instrumentation Days Manchester", "fair"),
    ("Journées de la métrologie, Lille", "fair"),
)
WEBINARS = (
    ("Étalonner sans arrêter la ligne", "webinar"),
    ("Hygienic flow metering in practice", "webinar"),
    ("Niveau radar : les pièges", "webinar"),
    ("Reading a calibration certificate", "webinar"),
    ("Économiser l'eau de process", "webinar"),
    ("Choosing a pressure transmitter", "webinar"),
)
CONTENTS = (
    ("Guide de l'étalonnage", True),
    ("Flow metering buyer's guide", True),
    ("Cas client : Laiterie Clairval", False),
    ("Customer story: Derwent Water", False),
    ("Calculateur de pertes d'eau", True),
    ("Radar ou ultrasons ?", False),
    ("Ten questions for your calibration lab", True),
    ("Fiche : normes hygiéniques", False),
)
