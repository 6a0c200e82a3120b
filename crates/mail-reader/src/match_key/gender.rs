//! Maps job titles in both genders to one form, because an employer may confirm an application as "Sachbearbeiter (m/w/d)" and reject
//! it as "Sachbearbeiterin".

/// Groups of endings of folded words that differ only in gender or case. The first of a group replaces the others; the result need
/// not be a real word.
#[rustfmt::skip]
const ENDINGS: [&[&str]; 58] = [
    &["er", "erin", "erinnen", "ers", "ere", "era", "ero", "erka"],
    &["ier", "iere", "iera", "iero", "ierin"],
    &["eir", "eiro", "eira"],
    &["or", "ors", "orin", "ora", "orka"],
    &["tor", "teur", "trice", "tore"],
    &["eur", "eurs", "eurin", "eure", "euse"],
    &["ist", "istin", "isten"],
    &["ista", "istka"],
    &["ent", "enten", "entin", "ente", "enta", "entka"],
    &["ant", "anten", "antin", "ante", "antka"],
    &["loge", "logen", "login"],
    &["arzt", "arztin"],
    &["anwalt", "anwaltin"],
    &["mann", "frau"],
    &["isch", "ische", "ischer", "ischen", "isches"],
    &["lich", "liche", "licher", "lichen", "liches"],
    &["angestellt", "angestellte", "angestellter", "angestellten"],
    &["beauftragt", "beauftragte", "beauftragter", "beauftragten"],
    &["bildend", "bildende", "bildender", "bildenden"],
    &["ierend", "ierende", "ierender", "ierenden"],
    &["leitend", "leitende", "leitender", "leitenden"],
    &["ien", "ienne"],
    &["if", "ive", "ivo", "iva"],
    &["el", "elle"],
    &["oint", "ointe"],
    &["ocat", "ocate"],
    &["cial", "ciale"],
    &["oye", "oyee"],
    &["arge", "argee"],
    &["ome", "omee"],
    &["ico", "ica"],
    &["ado", "ada"],
    &["ato", "ata"],
    &["ario", "aria"],
    &["ogo", "oga"],
    &["ecto", "ecta"],
    &["estro", "estra"],
    &["etto", "etta"],
    &["aio", "aia"],
    &["oco", "oca"],
    &["efe", "efa"],
    &["elnik", "elniczka"],
    &["wnik", "wniczka"],
    &["ciel", "cielka"],
    &["kun", "kunka"],
    &["dca", "dczyni"],
    &["wca", "wczyni"],
    &["szy", "sza"],
    &["czny", "czna"],
    &["wny", "wna"],
    &["lny", "lna"],
    &["rny", "rna"],
    &["nny", "nna"],
    &["dny", "dna"],
    &["cki", "cka"],
    &["ski", "ska"],
    &["owy", "owa"],
    &["werker", "werkster"],
];
/// Minimum number of characters before the ending; shorter words are not changed.
const MIN_STEM_CHARS: usize = 2;

/// The common form of a folded word in both genders. `None` if the word has none of the endings.
pub(super) fn neutral_form(word: &str) -> Option<String> {
    let (ending, base) = ENDINGS
        .iter()
        .filter_map(|class| class.split_first())
        .flat_map(|(base, forms)| forms.iter().map(move |form| (form, base)))
        // Comparing the last byte first is a fast check that rules out most endings.
        .filter(|(form, _)| word.as_bytes().last() == form.as_bytes().last() && word.ends_with(**form))
        .max_by_key(|(form, _)| form.len())?;
    let stem = word.strip_suffix(ending)?;
    (stem.chars().count() >= MIN_STEM_CHARS).then(|| format!("{stem}{base}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn neutral(word: &str) -> String {
        neutral_form(word).unwrap_or_else(|| word.to_owned())
    }

    #[test]
    fn words_in_both_genders_have_one_form() {
        for (one, other) in [
            ("sachbearbeiter", "sachbearbeiterin"),
            ("bauingenieur", "bauingenieurs"),
            ("pflegeassistent", "pflegeassistentin"),
            ("wissenschaftliche", "wissenschaftlicher"),
            ("fachangestellte", "fachangestellten"),
            ("kaufmann", "kauffrau"),
            ("conseiller", "conseillere"),
            ("directeur", "directrice"),
            ("technicien", "technicienne"),
            ("vendeur", "vendeuse"),
            ("charge", "chargee"),
            ("enfermero", "enfermera"),
            ("tecnico", "tecnica"),
            ("enfermeiro", "enfermeira"),
            ("direttore", "direttrice"),
            ("impiegato", "impiegata"),
            ("asystent", "asystentka"),
            ("koordynator", "koordynatorka"),
            ("specjalista", "specjalistka"),
            ("glowny", "glowna"),
            ("medewerker", "medewerkster"),
        ] {
            assert_eq!(neutral(one), neutral(other), "{one}");
        }
    }

    #[test]
    fn neutral_form_is_its_own_neutral_form() {
        for class in ENDINGS {
            let forms: Vec<String> = class.iter().map(|form| neutral(&format!("qu{form}"))).collect();
            assert!(
                forms
                    .iter()
                    .all(|form| *form == forms[0] && neutral(form) == *form),
                "{class:?}: {forms:?}"
            );
        }
    }

    #[test]
    fn words_of_other_jobs_stay_different() {
        for (one, other) in [
            ("engineer", "engineering"),
            ("trainer", "trainee"),
            ("analyst", "analytics"),
            ("koch", "kuche"),
            ("manager", "management"),
            ("physik", "physiker"),
        ] {
            assert_ne!(neutral(one), neutral(other), "{one}");
        }
    }
}
