//! Human-readable device names from `User-Agent` headers (RFC 9110 §10.1.5).

/// Maximum length of the name of an API client.
const MAX_NAME_LEN: usize = 40;

/// User agent token and browser name. The order matters: the user agent of a browser can also contain the tokens of browsers further down.
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

/// Name used when the `User-Agent` header is missing or unreadable.
const UNKNOWN_DEVICE: &str = "an unknown device";

/// A name such as “Firefox on Linux”, or the product name of an API client. It contains no version, so it stays the same
/// after an update and can be compared; and only known words or plain ASCII, so it is safe to use in an email.
pub fn device_name(user_agent: Option<&str>) -> String {
    let user_agent = user_agent.unwrap_or_default();
    let find = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(token, _)| user_agent.contains(token))
            .map(|(_, name)| *name)
    };
    let browser = find(&BROWSERS).filter(|_| user_agent.starts_with("Mozilla/"));
    if let Some(browser) = browser {
        return match find(&SYSTEMS) {
            Some(system) => format!("{browser} on {system}"),
            None => browser.to_owned(),
        };
    }
    let name: String = user_agent
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        .take(MAX_NAME_LEN)
        .collect();
    if name.is_empty() || name == "Mozilla" {
        UNKNOWN_DEVICE.to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn device_name_of_browsers_and_api_clients() {
        for (user_agent, name) in [
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
            ("Mozilla/5.0", UNKNOWN_DEVICE),
            ("<script>\r\nBcc: x", UNKNOWN_DEVICE),
            ("", UNKNOWN_DEVICE),
        ] {
            assert_eq!(device_name(Some(user_agent)), name);
        }
        assert_eq!(device_name(Some(&"x".repeat(9000))).len(), MAX_NAME_LEN);
        assert_eq!(device_name(None), UNKNOWN_DEVICE);
    }
}
