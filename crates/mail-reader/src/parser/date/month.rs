//! Names of months in the languages of the rulesets: English, German, French, Spanish, Portuguese, Italian, Dutch, Turkish,
//! Polish and Swedish.

use std::{collections::HashMap, sync::LazyLock};
use unicode_normalization::UnicodeNormalization as _;

/// Names and abbreviations by month, without accents.
const NAMES: [&str; 12] = [
    "january jan januar janner jaenner janvier janv enero ene janeiro gennaio gen januari ocak oca stycznia styczen sty",
    "february feb februar feber fevrier fevr fev febrero fevereiro febbraio februari subat sub lutego luty lut",
    "march mar marz maerz mrz mars marzo marco maart mrt mart marca marzec",
    "april apr avril avr abril abr aprile nisan nis kwietnia kwiecien kwi",
    "may mai mayo maio maggio mag mei mayis maj maja",
    "june jun juni juin junio junho giugno giu haziran haz czerwca czerwiec cze",
    "july jul juli juillet juil julio julho luglio lug temmuz tem lipca lipiec lip",
    "august aug aout ago agosto augustus agustos agu augusti sierpnia sierpien sie",
    "september sep sept septembre septiembre setiembre setembro set settembre eylul eyl wrzesnia wrzesien wrz",
    "october oct oktober okt octobre octubre outubro out ottobre ott ekim eki pazdziernika pazdziernik paz",
    "november nov novembre noviembre novembro kasim kas listopada listopad lis",
    "december dec dezember dez decembre diciembre dic dezembro dicembre aralik ara grudnia grudzien gru",
];

/// The number of the month of each name, from 1.
static NUMBERS: LazyLock<HashMap<&str, u32>> = LazyLock::new(|| {
    let months = (1..).zip(NAMES);
    let names = months.flat_map(|(number, names)| names.split(' ').map(move |name| (name, number)));
    names.collect()
});

/// Names that can also abbreviate a weekday: mardi, martes, martedì; pazar. They are a month only if the text names no other.
pub const AMBIGUOUS_NAMES: [&str; 2] = ["mar", "paz"];

/// Lower case without accents.
pub fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .map(|c| match c {
            'ı' => 'i',
            'ł' => 'l',
            other => other,
        })
        .collect()
}

/// The number of a [folded](fold) month name, from 1.
pub fn number(folded: &str) -> Option<u32> {
    NUMBERS.get(folded).copied()
}

/// Whether a word is the name or the abbreviation of a month.
pub fn is_month_name(word: &str) -> bool {
    number(&fold(word)).is_some()
}
