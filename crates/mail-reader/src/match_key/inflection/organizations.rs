//! Base forms of Polish organization names: a sentence says "w Grupie Moss" for an organization that is named "Grupa Moss".

use super::polish::uninflected_adjective;

/// First words of organization names, each with its other cases.
#[rustfmt::skip]
const ORGANIZATIONS: [(&str, &[&str]); 52] = [
    ("Grupa", &["Grupy", "Grupie", "Grupę", "Grupą"]),
    ("Teatr", &["Teatru", "Teatrowi", "Teatrem", "Teatrze"]),
    ("Uniwersytet", &["Uniwersytetu", "Uniwersytetowi", "Uniwersytetem", "Uniwersytecie"]),
    ("Politechnika", &["Politechniki", "Politechnice", "Politechnikę", "Politechniką"]),
    ("Akademia", &["Akademii", "Akademię", "Akademią"]),
    ("Szpital", &["Szpitala", "Szpitalowi", "Szpitalem", "Szpitalu"]),
    ("Szkoła", &["Szkoły", "Szkole", "Szkołę", "Szkołą"]),
    ("Przedszkole", &["Przedszkola", "Przedszkolu", "Przedszkolem"]),
    ("Urząd", &["Urzędu", "Urzędowi", "Urzędem", "Urzędzie"]),
    ("Fundacja", &["Fundacji", "Fundację", "Fundacją"]),
    ("Stowarzyszenie", &["Stowarzyszenia", "Stowarzyszeniu", "Stowarzyszeniem"]),
    ("Spółdzielnia", &["Spółdzielni", "Spółdzielnię", "Spółdzielnią"]),
    ("Biblioteka", &["Biblioteki", "Bibliotece", "Bibliotekę", "Biblioteką"]),
    ("Klinika", &["Kliniki", "Klinice", "Klinikę", "Kliniką"]),
    ("Hurtownia", &["Hurtowni", "Hurtownię", "Hurtownią"]),
    ("Piekarnia", &["Piekarni", "Piekarnię", "Piekarnią"]),
    ("Cukiernia", &["Cukierni", "Cukiernię", "Cukiernią"]),
    ("Drukarnia", &["Drukarni", "Drukarnię", "Drukarnią"]),
    ("Kawiarnia", &["Kawiarni", "Kawiarnię", "Kawiarnią"]),
    ("Restauracja", &["Restauracji", "Restaurację", "Restauracją"]),
    ("Apteka", &["Apteki", "Aptece", "Aptekę", "Apteką"]),
    ("Kancelaria", &["Kancelarii", "Kancelarię", "Kancelarią"]),
    ("Zakład", &["Zakładu", "Zakładowi", "Zakładem", "Zakładzie"]),
    ("Zakłady", &["Zakładów", "Zakładom", "Zakładami", "Zakładach"]),
    ("Instytut", &["Instytutu", "Instytutowi", "Instytutem", "Instytucie"]),
    ("Parafia", &["Parafii", "Parafię", "Parafią"]),
    ("Dom", &["Domu", "Domowi", "Domem"]),
    ("Gmina", &["Gminy", "Gminie", "Gminę", "Gminą"]),
    ("Ośrodek", &["Ośrodka", "Ośrodkowi", "Ośrodkiem", "Ośrodku"]),
    ("Bank", &["Banku", "Bankowi", "Bankiem"]),
    ("Hotel", &["Hotelu", "Hotelowi", "Hotelem"]),
    ("Stocznia", &["Stoczni", "Stocznię", "Stocznią"]),
    ("Kopalnia", &["Kopalni", "Kopalnię", "Kopalnią"]),
    ("Huta", &["Huty", "Hucie", "Hutę", "Hutą"]),
    ("Elektrownia", &["Elektrowni", "Elektrownię", "Elektrownią"]),
    ("Wydawnictwo", &["Wydawnictwa", "Wydawnictwu", "Wydawnictwem", "Wydawnictwie"]),
    ("Studio", &["Studia", "Studiu", "Studiem"]),
    ("Salon", &["Salonu", "Salonowi", "Salonem", "Salonie"]),
    ("Serwis", &["Serwisu", "Serwisowi", "Serwisem", "Serwisie"]),
    ("Sklep", &["Sklepu", "Sklepowi", "Sklepem", "Sklepie"]),
    ("Filharmonia", &["Filharmonii", "Filharmonię", "Filharmonią"]),
    ("Opera", &["Opery", "Operze", "Operę", "Operą"]),
    ("Sąd", &["Sądu", "Sądowi", "Sądem", "Sądzie"]),
    ("Komenda", &["Komendy", "Komendzie", "Komendę", "Komendą"]),
    ("Nadleśnictwo", &["Nadleśnictwa", "Nadleśnictwu", "Nadleśnictwem", "Nadleśnictwie"]),
    ("Przychodnia", &["Przychodni", "Przychodnię", "Przychodnią"]),
    ("Agencja", &["Agencji", "Agencję", "Agencją"]),
    ("Poczta", &["Poczty", "Poczcie", "Pocztę", "Pocztą"]),
    ("Browar", &["Browaru", "Browarowi", "Browarem", "Browarze"]),
    ("Tartak", &["Tartaku", "Tartakowi", "Tartakiem"]),
    ("Pracownia", &["Pracowni", "Pracownię", "Pracownią"]),
    ("Klub", &["Klubu", "Klubowi", "Klubem", "Klubie"]),
];

/// The only plural noun in [`ORGANIZATIONS`].
const PLURAL: &str = "Zakłady";
/// Endings of adjectives beside a plural noun, each with its nominative ending.
#[rustfmt::skip]
const PLURAL_ENDINGS: [(&str, &str); 6] = [("ych", "e"), ("ich", "ie"), ("ymi", "e"), ("imi", "ie"), ("ym", "e"), ("im", "ie")];
const MIN_PLURAL_STEM_CHARS: usize = 4;

/// The base form of a name whose first word is inflected, including the adjectives after it. `None` for other names.
pub(crate) fn uninflected_organization(name: &str) -> Option<String> {
    let (first, rest) = name.split_once(' ')?;
    let (base, _) = ORGANIZATIONS.iter().find(|(_, cases)| cases.contains(&first))?;
    let mut is_adjective = true;
    let words = rest.split(' ').map(|word| {
        let adjective = adjective_beside(base, word).filter(|_| is_adjective);
        is_adjective = adjective.is_some();
        adjective.unwrap_or_else(|| word.to_owned())
    });
    let words: Vec<String> = words.collect();
    Some(format!("{base} {}", words.join(" ")))
}

/// The base form of an adjective after `noun`. `None` if the word is not an inflected adjective, or if it belongs to another noun:
/// "Ośrodka Wczesnej Interwencji".
fn adjective_beside(noun: &str, word: &str) -> Option<String> {
    if noun == PLURAL {
        let (stem, ending) = PLURAL_ENDINGS
            .iter()
            .find_map(|(ending, base)| Some((word.strip_suffix(ending)?, base)))?;
        return (stem.chars().count() >= MIN_PLURAL_STEM_CHARS).then(|| format!("{stem}{ending}"));
    }
    let adjective = uninflected_adjective(word)?;
    let is_feminine = adjective.ends_with('a');
    (is_feminine == noun.ends_with('a')).then(|| agreeing(&adjective, noun))
}

/// Adapts a masculine adjective to a neuter noun: "naukowe" for "wydawnictwo".
fn agreeing(adjective: &str, noun: &str) -> String {
    match adjective.strip_suffix('y') {
        Some(stem) if noun.ends_with(['o', 'e']) => format!("{stem}e"),
        _ if adjective.ends_with('i') && noun.ends_with(['o', 'e']) => format!("{adjective}e"),
        _ => adjective.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::uninflected_organization;

    #[test]
    fn inflected_organization_is_as_it_calls_itself() {
        for (inflected, expected) in [
            ("Grupie Makowiecki", Some("Grupa Makowiecki")),
            ("Teatrze Lalek Pacynka", Some("Teatr Lalek Pacynka")),
            ("Urzędu Miasta Moss", Some("Urząd Miasta Moss")),
            (
                "Szpitalu Powiatowym w Drzewcach",
                Some("Szpital Powiatowy w Drzewcach"),
            ),
            ("Wydawnictwie Naukowym Lipa", Some("Wydawnictwo Naukowe Lipa")),
            ("Szkole Podstawowej nr 3", Some("Szkoła Podstawowa nr 3")),
            ("Zakładów Mięsnych Lipa", Some("Zakłady Mięsne Lipa")),
            (
                "Ośrodka Wczesnej Interwencji",
                Some("Ośrodek Wczesnej Interwencji"),
            ),
            ("Fundacji Zdrowego Serca", Some("Fundacja Zdrowego Serca")),
            ("Teatr Lalek Pacynka", None),
            ("Zakłady Nadolne", None),
            ("Grupy", None),
        ] {
            assert_eq!(
                uninflected_organization(inflected).as_deref(),
                expected,
                "{inflected}"
            );
        }
    }
}
