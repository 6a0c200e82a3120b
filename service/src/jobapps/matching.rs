//! The company as mails are matched to it.

/// Without case, accents, signs and legal form: `Hearth Homes, Inc.` and `HEARTH HOMES` are one company; `Hearth` alone is
/// another.
pub(crate) fn match_key(company: &str) -> String {
    crate::mail::company_key(company)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_forms_do_not_matter_and_first_words_are_not_enough() {
        assert_eq!(match_key("Hearth Homes, Inc."), match_key("HEARTH  HOMES"));
        assert_eq!(match_key("Müller & Söhne GmbH"), "muller sohne");
        assert_ne!(match_key("Hearth Homes"), match_key("Hearth"));
        assert_eq!(match_key("Limited"), "limited");
    }
}
