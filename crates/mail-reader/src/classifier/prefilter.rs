//! Decides by the headers alone which messages need not be fetched from a mailbox.

use super::Classifier;
use crate::parser::Headers;

/// Substrings of the names and addresses that employers write from, in all languages.
const SENDER_WORDS: &[&str] = &[
    "career", "karriere", "carriere", "carrera", "job", "talent", "recruit", "recrut", "rekrut", "rekry",
    "reclut", "hiring", "human", "personal", "people", "gente", "bewerb", "appl", "candidat", "kandidat",
    "sollicit", "selec", "seleç", "selez", "vacanc", "lavora", "empleo", "kariyer", "praca", "kadry",
    "anställ", "hr@", "rh@", "ik@",
];
/// Substrings of the subjects of messages about applications, in addition to the search words of the languages.
const SUBJECT_WORDS: &[&str] = &[
    "appl",
    "candida",
    "kandida",
    "interview",
    "position",
    "role",
    "offer",
    "ofert",
    "angebot",
    "interest",
    "interesse",
    "stelle",
    "job",
    "career",
    "karriere",
    "hiring",
    "recruit",
    "recrut",
    "rekrut",
    "rekry",
    "resume",
    "résumé",
    "cv",
    "assessment",
    "bewerb",
    "sollicit",
    "gespr",
    "entretien",
    "colloquio",
    "entrevista",
    "başvuru",
    "süreç",
    "aplika",
    "ansök",
    "anställ",
    "selec",
    "seleç",
    "selez",
    "proces",
    "vacanc",
    "inscri",
    "curriculum",
    "proposta",
    "assunzione",
    "zatrudn",
    "feedback",
];

impl Classifier {
    /// Whether the message may be about an application: it is not from a mailing list, its sender is a platform or looks like an employer,
    /// or its subject contains a word about applications.
    pub(crate) fn may_concern_application(&self, headers: &Headers) -> bool {
        if !headers.is_list || self.find_platform(&headers.from).is_some() {
            return true;
        }
        let sender = format!("{} {} {}", headers.from, headers.from_name, headers.reply_to).to_lowercase();
        let subject = headers.subject.to_lowercase();
        SENDER_WORDS.iter().any(|word| sender.contains(word))
            || SUBJECT_WORDS.iter().any(|word| subject.contains(word))
            || self
                .search_words()
                .iter()
                .any(|word| subject.contains(word.as_str()))
    }
}
