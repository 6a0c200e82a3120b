//! Words around dates and times in the languages of the rulesets, folded.

/// Names of weekdays, Monday first.
const WEEKDAYS: [&str; 7] = [
    "monday mon montag lundi lunes lunedi segunda maandag pazartesi poniedzialek poniedzialku mandag",
    "tuesday tue tues dienstag mardi martes martedi terca dinsdag sali wtorek wtorku tisdag",
    "wednesday wed mittwoch mercredi miercoles mercoledi quarta woensdag carsamba sroda srode srody onsdag",
    "thursday thu thur thurs donnerstag jeudi jueves giovedi quinta donderdag persembe czwartek czwartku torsdag",
    "friday fri freitag vendredi viernes venerdi sexta vrijdag cuma piatek piatku fredag",
    "saturday sat samstag sonnabend samedi sabado sabato zaterdag cumartesi sobota sobote soboty lordag",
    "sunday sun sonntag dimanche domingo domenica zondag pazar niedziela niedziele niedzieli sondag",
];
/// Words between a day and its weekday, and between a deadline word and its day or time.
const FILLERS: &str = "the au den dem der le el il lo la las les o os a as al del de du di em no dia dnia op am um on at of in \
    zum zur feira later than latest end close business date um om kl klockan godz ore saat at godziny uhr sur";
/// Words before a day or time that is a deadline.
const DEADLINES: &str = "by until till before bis vor spatestens avant jusqu jusque ici antes hasta ate entro prima fino voor \
    uiterlijk tot do przed najpozniej senast fore than";
/// Words after a day or time that is a deadline.
const DEADLINES_BEHIND: &str = "kadar once oncesinde";
/// Prefixes of words in sentences about deadlines or cancelled appointments.
const DEADLINE_SENTENCES: [&str; 31] = [
    "close",
    "closing",
    "remise",
    "depot",
    "abgabe",
    "entrega",
    "consegna",
    "prazo",
    "plazo",
    "valable",
    "deadline",
    "expire",
    "expiring",
    "frist",
    "ablauf",
    "abgelaufen",
    "caduca",
    "vence",
    "vencimiento",
    "scade",
    "verloopt",
    "wygas",
    "cancel",
    "absag",
    "abgesagt",
    "annul",
    "geannuleerd",
    "iptal",
    "odwol",
    "installd",
    "limite",
];
/// Words between alternatives.
const ALTERNATIVES: &str = "or oder ou o of veya lub albo eller either";
/// Words between the start and the end of a range.
const RANGES: &str = "to until till bis a as hasta ate alle al tot do ila";
/// Words between the start and the end of a range that begins with one of [`BETWEENS`].
const RANGES_AFTER_BETWEEN: &str = "and und et y e en ve i a och";
const BETWEENS: &str = "between zwischen entre tra fra tussen miedzy pomiedzy mellan";
/// Words before the hour of a time.
const CLOCKS_BEFORE: &str = "kl klockan ore saat godz godzinie godzina alle dalle las um uhrzeit hora tid";
/// Words after the hour of a time.
const CLOCKS_AFTER: &str = "h hs hrs hours uhr uur u horas heures";
/// Suffixes of ordinal numbers.
const ORDINAL_ENDINGS: &str = "st nd rd th er e o a";

fn is_one_of(words: &str, word: &str) -> bool {
    // Splitting bytes is faster than splitting text, because the words are short.
    let mut words = words.as_bytes().split(|byte| *byte == b' ');
    words.any(|known| known == word.as_bytes())
}

/// The number of a weekday, from 0 for Monday.
pub fn weekday(word: &str) -> Option<u32> {
    let at = WEEKDAYS.iter().position(|words| is_one_of(words, word))?;
    u32::try_from(at).ok()
}

pub fn is_filler(word: &str) -> bool {
    is_one_of(FILLERS, word) || is_ordinal_ending(word)
}

pub fn is_deadline(word: &str) -> bool {
    is_one_of(DEADLINES, word)
}

pub fn is_deadline_behind(word: &str) -> bool {
    is_one_of(DEADLINES_BEHIND, word)
}

pub fn is_deadline_sentence(word: &str) -> bool {
    word == "due" || DEADLINE_SENTENCES.iter().any(|start| word.starts_with(start))
}

pub fn is_alternative(word: &str) -> bool {
    is_one_of(ALTERNATIVES, word)
}

pub fn is_range(word: &str) -> bool {
    is_one_of(RANGES, word)
}

pub fn is_range_after_between(word: &str) -> bool {
    is_one_of(RANGES_AFTER_BETWEEN, word)
}

pub fn is_between(word: &str) -> bool {
    is_one_of(BETWEENS, word)
}

pub fn is_clock_before(word: &str) -> bool {
    is_one_of(CLOCKS_BEFORE, word)
}

pub fn is_clock_after(word: &str) -> bool {
    is_one_of(CLOCKS_AFTER, word)
}

pub fn is_ordinal_ending(word: &str) -> bool {
    is_one_of(ORDINAL_ENDINGS, word)
}

/// Whether a token may be between a day and its month: `3rd of December`, `3 de diciembre`.
pub fn is_between_day_and_month(word: &str) -> bool {
    is_ordinal_ending(word) || matches!(word, "of" | "de" | "di" | "." | "º" | "ª" | "°")
}
