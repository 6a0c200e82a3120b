//! Words by which names of organizations are told from others.

use crate::match_key;

/// Words in names of organizations.
const ORGANIZATION_WORDS: &[&str] = &[
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
];
/// Endings of such words.
const ORGANIZATION_ENDINGS: &[&str] = &[
    "werke",
    "soft",
    "tech",
    "labs",
    "bank",
    "haus",
    "verband",
    "gesellschaft",
];

/// Whether a name has an ampersand between words, or a full stop that is not that of an initial or a title: "G. Brown".
fn has_organization_mark(name: &str) -> bool {
    let is_initial = |word: &str| word.trim_end_matches('.').chars().count() <= 1;
    let is_abbreviation = |word: &str| {
        word.contains('.')
            && !is_initial(word)
            && !["dr.", "mr.", "mrs.", "ms.", "prof."].contains(&word.to_lowercase().as_str())
    };
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
    !name.contains(['/', '(']) && (FIRM_ENDINGS.contains(&last) || has_ampersand(name))
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
            ORGANIZATION_WORDS.contains(&word)
                || ORGANIZATION_ENDINGS
                    .iter()
                    .any(|e| word.len() > e.len() && word.ends_with(e))
        })
}
