//! Detects whether a message in a language without rules is about an application, so that the user is asked.

/// Stems of words about applications, in lower case.
#[rustfmt::skip]
const STEMS: &[&str] = &[
    // Danish, Norwegian, Finnish, Estonian, Latvian, Lithuanian
    "ansøgning", "søknad", "stillingen", "jobsamtale", "intervju", "hakemu", "työpaik", "rekrytoin", "haastattelu", "kandideeri", "töövestlus",
    "pieteikum", "vakanc", "darba interv", "darbo pokalb", "kandidat",
    // Czech, Slovak, Hungarian, Romanian, Croatian, Slovenian, Serbian
    "uchazeč", "uchádzač", "pohovor", "životopis", "výběrov", "výberov", "pozici", "jelentkezés", "állás", "önéletrajz", "interjú",
    "candidatur", "aplicați", "interviu", "angajare", "natječaj", "radno mjesto", "razgovor za posao", "prijavo na", "prijavu za",
    // Russian, Ukrainian, Bulgarian, Greek
    "резюме", "ваканси", "отклик", "собеседован", "кандидат", "вакансі", "співбесід", "интервю", "кандидатур", "αίτησ", "βιογραφικ", "συνέντευξ",
    "υποψηφ", "θέση εργασίας",
    // East and South Asia, Middle East
    "応募", "選考", "面接", "採用", "求人", "申请", "职位", "面试", "应聘", "简历", "應徵", "職位", "履歷", "지원", "채용", "면접", "이력서",
    "lamaran", "wawancara", "lowongan", "ứng tuyển", "phỏng vấn", "tuyển dụng", "สมัครงาน", "สัมภาษณ์", "आवेदन", "साक्षात्कार", "नौकरी",
    "وظيفة", "مقابلة", "السيرة الذاتية", "توظيف", "משרה", "קורות חיים", "מועמדות", "ראיון",
];
/// Minimum number of different stems, because a message about something else may contain one.
const MIN_STEMS: usize = 2;

/// The first of the stems that a text contains; `None` if it contains too few.
pub fn find_application_words<'t>(parts: impl Iterator<Item = &'t str>) -> Option<&'static str> {
    let text = parts.collect::<Vec<_>>().join("\n").to_lowercase();
    let mut found = STEMS.iter().filter(|stem| text.contains(**stem));
    let first = found.next()?;
    (found.count() + 1 >= MIN_STEMS).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_needs_two_words_about_applications() {
        let find = |text| find_application_words(std::iter::once(text));
        assert!(find("Спасибо за отклик на вакансию.").is_some());
        assert!(find("Tak for din ansøgning til stillingen.").is_some());
        assert!(find("Ваша заявка на кредит").is_none());
    }
}
