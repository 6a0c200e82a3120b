//! Words by which names of organizations are told from others.

use super::division::capitalize;
use crate::{classifier::ruleset::StaticWordSet, match_key};
use std::sync::LazyLock;

static IS_ORGANIZATION_WORD: LazyLock<StaticWordSet> =
    LazyLock::new(|| ORGANIZATION_WORDS.iter().copied().collect());

/// Words in names of organizations.
#[rustfmt::skip]
const ORGANIZATION_WORDS: &[&str] = &[
    "system",
    "yazilim",
    "gida",
    "lojistik",
    "insaat",
    "grubu",
    "teknoloji",
    "enerji",
    "bankasi",
    "sigorta",
    "mobility",
    "mobilites",
    "assurances",
    "seguros",
    "banco",
    "banque",
    "banca",
    "hospital",
    "restaurant",
    "restauracja",
    "hotell",
    "kliniken",
    "logistica",
    "logistique",
    "transport",
    "transports",
    "spolka",
    "przedsiebiorstwo",
    "kooperative",
    "praxisgemeinschaft",
    "zorggroep",
    "scholengroep",
    "bakkerij",
    "konditorei",
    "backerei",
    "boulangerie",
    "panaderia",
    "padaria",
    "officine",
    "talleres",
    "ateliers",
    "construtora",
    "editorial",
    "verlag",
    "pharmaceuticals",
    "partnership",
    "versicherungsgruppe",
    "versicherungen",
    "mutual",
    "manufacturing",
    "enterprises",
    "international",
    "analytics",
    "hospitals",
    "schools",
    "cooperative",
    "orthodontics",
    "veterinary",
    "utilities",
    "aerospace",
    "semiconductor",
    "semiconductors",
    "brewing",
    "coffee",
    "recruitment",
    "staffing",
    "inc",
    "ltd",
    "limited",
    "llc",
    "llp",
    "plc",
    "gmbh",
    "ag",
    "kg",
    "se",
    "sa",
    "sas",
    "sarl",
    "srl",
    "spa",
    "bv",
    "nv",
    "ab",
    "as",
    "oy",
    "pty",
    "pvt",
    "corp",
    "co",
    "company",
    "group",
    "gruppe",
    "groupe",
    "grupo",
    "gruppo",
    "holding",
    "labs",
    "lab",
    "systems",
    "software",
    "solutions",
    "technologies",
    "technology",
    "tech",
    "consulting",
    "partners",
    "services",
    "industries",
    "foods",
    "energy",
    "energie",
    "health",
    "healthcare",
    "care",
    "clinic",
    "hospital",
    "klinik",
    "school",
    "college",
    "university",
    "universitat",
    "universite",
    "universidad",
    "institute",
    "council",
    "trust",
    "foundation",
    "stiftung",
    "museum",
    "library",
    "bank",
    "capital",
    "insurance",
    "media",
    "studio",
    "studios",
    "games",
    "design",
    "digital",
    "data",
    "robotics",
    "logistics",
    "logistik",
    "motors",
    "airlines",
    "rail",
    "hotel",
    "hotels",
    "retail",
    "stores",
    "pharma",
    "biotech",
    "therapeutics",
    "networks",
    "works",
    "union",
    "agency",
    "society",
    "association",
    "network",
    "city",
    "county",
    "court",
    "ministry",
    "authority",
    "commission",
    "constructions",
    "construction",
    "architects",
    "solicitors",
    "bakery",
    "aquarium",
    "hospice",
    "textiles",
    "jewellers",
    "dairy",
    "brewery",
    "dental",
    "surgery",
    "nursery",
    "academy",
    "farms",
    "farm",
    "rechtsanwalte",
    "kanzlei",
    "praxis",
    "zentrum",
    "stadt",
    "landkreis",
    "gemeinde",
    "verein",
    "architekten",
    "apotheke",
    "mairie",
    "conseil",
    "centre",
    "clinique",
    "cabinet",
    "fondation",
    "ecole",
    "societe",
    "ayuntamiento",
    "fundacion",
    "cooperativa",
    "constructora",
    "colegio",
    "clinica",
    "prefeitura",
    "fundacao",
    "camara",
    "escola",
    "comune",
    "fondazione",
    "azienda",
    "studio",
    "scuola",
    "ospedale",
    "gemeente",
    "stichting",
    "ziekenhuis",
    "havenbedrijf",
    "kommun",
    "vardcentral",
    "sjukhus",
    "stiftelse",
    "urzad",
    "szkola",
    "fundacja",
    "szpital",
    "spoldzielczy",
    "belediyesi",
    "universitesi",
    "vakfi",
    "hastanesi",
    // Kinds of employers.
    "theatre", "theater", "teatro", "teatr", "tiyatrosu", "opera", "orchestra", "orchestre", "orchester",
    "gallery", "galerie", "galeria", "museo", "musee", "muzeum", "muzesi", "biblioteca", "bibliotheque",
    "biblioteket", "bibliothek", "ristorante", "restaurante", "restaurang", "lokanta", "trattoria", "pizzeria", "brasserie",
    "bistro", "cafe", "caffe", "kafe", "boutique", "atelier", "taller", "werkstatt", "werkstatten",
    "manufaktur", "manufacture", "fabrik", "fabriek", "fabriken", "fabryka", "fabbrica", "fabrica", "usine",
    "werft", "shipyard", "foundry", "giesserei", "forge", "sawmill", "winery", "bodega", "bodegas",
    "cantina", "cantine", "weingut", "vineyard", "vineyards", "quinta", "domaine", "chateau", "brauerei",
    "brouwerij", "browar", "birrificio", "cerveceria", "brasseria", "distillery", "distillerie", "bageri", "piekarnia",
    "cukiernia", "pasticceria", "patisserie", "pastelaria", "gelateria", "chocolaterie", "molkerei", "laiterie", "caseificio",
    "dairy", "fromagerie", "conserverie", "conservas", "metzgerei", "boucherie", "macelleria", "carniceria", "slagerij",
    "gartnerei", "nurseries", "kwekerij", "vivaio", "viveros", "gardens", "tischlerei", "schreinerei", "menuiserie",
    "falegnameria", "carpinteria", "stolarnia", "snickeri", "drukkerij", "druckerei", "imprimerie", "tipografia", "tryckeri",
    "drukarnia", "imprenta", "matbaa", "apotek", "apteka", "pharmacie", "farmacia", "pharmacy", "optik",
    "optica", "optique", "ottica", "tierklinik", "tierarztpraxis", "kliniek", "klinika", "klinigi", "przychodnia",
    "ambulatorio", "policlinica", "sanatorium", "hospice", "kindergarten", "kita", "asilo", "creche", "creches",
    "przedszkole", "forskola", "anaokulu", "koleji", "kolegium", "liceum", "lycee", "gymnasium", "gymnasiet",
    "instituto", "institut", "instytut", "istituto", "politecnico", "politechnika", "uniwersytet", "hogeschool", "hochschule",
    "universiteit", "universitet", "uniklinik", "klinikum", "stadtwerke", "kommune", "kommunen", "landratsamt", "gmina",
    "provincie", "provincia", "regione", "junta", "diputacion", "generalitat", "cabildo", "prefectura", "spedition",
    "spediteur", "transporte", "trasporti", "autohaus", "officina", "autoservice", "serwis", "carrosserie", "reederei",
    "rederij", "rederi", "shipping", "ferries", "cruises", "airways", "airport", "aeropuerto", "aeroport",
    "flughafen", "hafen", "havn", "harbour", "ports", "bahn", "railway", "railways", "versicherung",
    "verzekeringen", "forsakring", "forsakringar", "ubezpieczenia", "assicurazioni", "aseguradora", "seguro", "sparkasse", "volksbank",
    "raiffeisen", "caisse", "cassa", "kredit", "treuhand", "steuerberatung", "steuerburo", "kancelaria", "notaria",
    "studiolegale", "advocaten", "advokat", "advokatbyra", "avukatlik", "genossenschaft", "baugenossenschaft", "wohnungsbau", "immobilien",
    "immobilier", "immobiliare", "inmobiliaria", "imobiliaria", "makelaar", "nieruchomosci", "bauunternehmen", "bouwbedrijf", "bouwgroep",
    "bygg", "budowlane", "costruzioni", "construcciones", "construcoes", "installatiebedrijf", "elektrotechnik", "elektro", "sanitar",
    "heizungsbau", "maschinenbau", "ceramica", "ceramiche", "keramik", "ceramics", "textiles", "tessiture", "tekstil",
    "textil", "metalworks", "metalurgica", "metallbau", "stahlbau", "steel", "mining", "mineria", "quarry",
    "cement", "zement", "papier", "papierfabrik", "plastics", "kunststoffe", "chemie", "chemicals", "farmaceutica",
    "laboratorios", "laboratoires", "laboratorio", "laboratori", "elettronica", "electronics", "elektronik", "telecom", "telekom",
    "editions", "ediciones", "editora", "editore", "editrice", "uitgeverij", "wydawnictwo", "forlag", "forlaget",
    "yayinevi", "television", "zeitung", "magazine", "productions", "producciones", "musik", "festival", "messe",
    "catering", "hospitality", "resort", "resorts", "lodge", "hostel", "auberge", "camping", "gasthof",
    "otel", "otelleri", "otelcilik", "wellness", "fitness", "federation", "federazione", "federacion", "vereniging",
    "stowarzyszenie", "associazione", "associacion", "associacao", "dernegi", "gemeinschaft", "werkstatte", "zaklady", "hurtownia",
    "sklep", "mercado", "supermarkt", "supermarket", "marketi", "magazalari", "grossiste", "distribuzione", "distribucion",
    "holdings", "ventures", "collective", "akademie", "academie", "accademia", "academia", "akademi", "escuela",
    "ginasio", "scuole", "schule", "transportadora", "farmacie", "centro", "fietsenmaker", "lanificio", "tuincentrum", "tuincentra",
    "adviesbureau", "bureau", "estudio", "agencia", "agence", "agenzia", "naviera", "metalurgica", "joinery", "landscapes", "timber",
];
/// Endings of such words.
const ORGANIZATION_ENDINGS: &[&str] = &[
    "werke",
    "groep",
    "gruppe",
    "kliniken",
    "soft",
    "tech",
    "labs",
    "bank",
    "haus",
    "verband",
    "gesellschaft",
];

/// Titles of persons.
const HONORIFICS: &[&str] = &[
    "dr", "mr", "mrs", "ms", "prof", "dra", "lic", "ing", "dott", "dottssa", "sra", "sr", "srta", "sig",
    "sigra", "mme", "mlle", "eng", "arq", "avv", "exma", "exmo", "profa", "don", "doña", "dña",
];

/// Whether a word is the title of a person: "Dra."
pub fn is_honorific(word: &str) -> bool {
    let bare: String = word
        .chars()
        .filter(|c| c.is_alphabetic())
        .flat_map(char::to_lowercase)
        .collect();
    HONORIFICS.contains(&bare.as_str())
}

/// Whether a name has an ampersand between words, or a full stop that is not that of an initial or a title: "G. Brown".
fn has_organization_mark(name: &str) -> bool {
    let is_initial = |word: &str| word.trim_end_matches('.').chars().count() <= 1;
    let is_abbreviation = |word: &str| word.contains('.') && !is_initial(word) && !is_honorific(word);
    name.split_once('&')
        .is_some_and(|(front, back)| !front.trim().is_empty() && !back.trim().is_empty())
        || name.split(' ').any(is_abbreviation)
}

/// Words and marks at the end of the names of firms that are called after professions.
const FIRM_ENDINGS: &[&str] = &[
    "inc",
    "ltd",
    "llc",
    "llp",
    "plc",
    "pc",
    "gmbh",
    "ag",
    "kg",
    "partners",
    "partner",
    "group",
    "associates",
    "architects",
    "solicitors",
    "architekten",
    "rechtsanwalte",
    "sl",
    "sa",
    "srl",
    "spa",
    "bv",
    "ab",
    "as",
];

/// Whether a name that contains a profession is nevertheless that of a firm: "Boone Architects, P.C.", "Orsini & Partners".
pub fn is_firm(name: &str) -> bool {
    let folded = match_key::fold(name);
    let last = folded.rsplit(' ').next().unwrap_or_default();
    !name.contains(['/', '('])
        && (FIRM_ENDINGS.contains(&last) || has_ampersand(name) || is_organization_phrase(name))
}

/// Words that only names of organizations contain, and no departments.
#[rustfmt::skip]
const BODY_WORDS: &[&str] = &[
    "group", "council", "department", "school", "hospital", "university", "college", "trust", "hospice", "foundation", "ministry", "ltd", "inc", "llc",
    "plc", "gmbh", "srl", "spa", "foundry", "brewery", "museum", "universite", "universidad", "universidade", "universita", "hopital",
    "ospedale", "ayuntamiento", "comune", "mairie", "institut", "instituto", "istituto", "fundacion", "fundacao", "fondazione", "fondation",
    "universiteit", "universitat", "hochschule", "klinikum", "stiftung", "gemeente", "kommun", "universitet", "uniwersytet", "szpital",
    "universitesi", "hastanesi", "belediyesi",
];

/// Whether a name is that of a body such as a school or a council.
pub fn names_body(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
        && name.contains(' ')
        && !name.contains(['(', ')'])
        && match_key::fold(name)
            .split(' ')
            .any(|word| BODY_WORDS.contains(&word))
}

/// Words that begin names of organizations besides those that occur in them.
const ORGANIZATION_BEGINNINGS: [&str; 7] = [
    "office",
    "maison",
    "communaute",
    "syndicat",
    "comite",
    "consejo",
    "conservatoire",
];

/// Whether a word begins names such as "Office de tourisme de Moss".
pub fn begins_organization(word: &str) -> bool {
    let folded = match_key::fold(word);
    IS_ORGANIZATION_WORD.contains(folded.as_str()) || ORGANIZATION_BEGINNINGS.contains(&folded.as_str())
}

/// Whether a name begins with a kind of employer and ends with what it is called after: "Cabinet vétérinaire des Tilleuls".
pub fn is_organization_phrase(name: &str) -> bool {
    let mut words = name.split(' ');
    let first = words.next().unwrap_or_default();
    let is_genitive = |word: &str| {
        [
            "de", "del", "des", "du", "di", "della", "delle", "dei", "do", "da", "dos", "das",
        ]
        .contains(&word)
    };
    let last = words.clone().next_back().unwrap_or_default();
    words.any(is_genitive) && last.contains(char::is_uppercase) && begins_organization(first)
}

fn has_ampersand(name: &str) -> bool {
    name.split_once(" & ")
        .is_some_and(|(front, back)| !front.trim().is_empty() && !back.trim().is_empty())
}

/// Whether a name contains a word or mark that names of organizations contain.
pub fn has_organization_word(name: &str) -> bool {
    let folded = match_key::fold(name);
    has_organization_mark(name)
        || folded.split(' ').any(|word| {
            IS_ORGANIZATION_WORD.contains(word)
                || ORGANIZATION_ENDINGS
                    .iter()
                    .any(|e| word.len() > e.len() && word.ends_with(e))
        })
}

/// Shorter words of organizations also occur within other words.
const MIN_DOMAIN_WORD_LEN: usize = 5;
/// What is left of a domain without the word.
const MIN_DOMAIN_REST_LEN: usize = 3;

/// The name in a domain without blanks that begins or ends with a word of organizations: "Finch Analytics" of "finchanalytics".
pub fn organization_word_in(label: &str) -> Option<String> {
    let words = ORGANIZATION_WORDS
        .iter()
        .filter(|word| word.len() >= MIN_DOMAIN_WORD_LEN);
    let longest = words
        .filter(|word| {
            label.len() >= word.len() + MIN_DOMAIN_REST_LEN
                && (label.starts_with(**word) || label.ends_with(**word))
        })
        .max_by_key(|word| word.len())?;
    let (front, back) = match label.strip_suffix(longest) {
        Some(front) => (front, *longest),
        None => (*longest, label.strip_prefix(longest)?),
    };
    let is_plain = label.chars().all(|c| c.is_ascii_alphabetic());
    is_plain.then(|| format!("{} {}", capitalize(front), capitalize(back)))
}

/// Whether a name consists of nothing but a legal form: "S.A."
pub fn is_legal_form(name: &str) -> bool {
    let letters: String = name
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    FIRM_ENDINGS.contains(&letters.as_str())
        || [
            "spzoo", "sas", "sarl", "lda", "ltda", "co", "ev", "eg", "as", "aş",
        ]
        .contains(&letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domain_without_blanks_is_divided_at_organization_word() {
        let name = |label| organization_word_in(label);
        assert_eq!(name("finchanalytics").as_deref(), Some("Finch Analytics"));
        assert_eq!(name("gelaterianeve").as_deref(), Some("Gelateria Neve"));
        assert_eq!(name("analytics"), None);
        assert_eq!(name("corvane"), None);
    }

    #[test]
    fn legal_form_alone_is_no_name() {
        assert!(is_legal_form("S.A."));
        assert!(is_legal_form("Sp. z o.o."));
        assert!(!is_legal_form("Sage"));
    }
}
