//! What a browser or program calls itself (RFC 9110 §10.1.5), in words that a person recognises.

/// Longest name of a program.
const LONGEST: usize = 40;

/// Browsers, the more special first: each also calls itself by the names below it.
const BROWSERS: [(&str, &str); 8] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
    ("BSD", "BSD"),
];

/// “Firefox on Linux”, or the name of a program. Made of our own words and plain letters only, and the same after an
/// update: it can stand in a mail and be compared.
pub fn describe_agent(agent: Option<&str>) -> String {
    let agent = agent.unwrap_or_default();
    let known = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(sign, _)| agent.contains(sign))
            .map(|(_, name)| *name)
    };
    let browser = known(&BROWSERS).filter(|_| agent.starts_with("Mozilla/"));
    if let Some(browser) = browser {
        return match known(&SYSTEMS) {
            Some(system) => format!("{browser} on {system}"),
            None => browser.to_owned(),
        };
    }
    let name: String = agent
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        .take(LONGEST)
        .collect();
    if name.is_empty() || name == "Mozilla" {
        "a program without a name".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_browsers_and_programs() {
        for (agent, words) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("python-requests/2.32.3", "python-requests"),
            ("curl/8.5.0", "curl"),
            ("Mozilla/5.0", "a program without a name"),
            ("<script>\r\nBcc: x", "a program without a name"),
            ("", "a program without a name"),
        ] {
            assert_eq!(describe_agent(Some(agent)), words);
        }
        assert_eq!(describe_agent(Some(&"x".repeat(9000))).len(), LONGEST);
        assert_eq!(describe_agent(None), "a program without a name");
    }
}
