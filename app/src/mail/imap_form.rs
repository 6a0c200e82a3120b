//! Parses the form that connects a mailbox by IMAP.

use domain::mail::{ConnectImapInput, ImapProvider, ImapSecurity};

/// The use-case input. If the form contains no server, the provider's server is used.
pub fn imap_input(
    providers: &[ImapProvider],
    form_values: &[(&str, &str)],
    password: String,
) -> ConnectImapInput {
    let value = |name: &str| {
        let field = form_values.iter().find(|(field, _)| *field == name);
        field.map_or("", |(_, value)| value.trim())
    };
    let host = value("host");
    let provider = providers
        .iter()
        .find(|provider| host.is_empty() && provider.id == value("provider"));
    // Text that is not a number is treated as out of range.
    let port = (!value("port").is_empty()).then(|| value("port").parse().unwrap_or(0));
    let (host, port, security) = match provider {
        Some(provider) => (
            provider.host.as_str(),
            Some(i64::from(provider.port)),
            Some(provider.security),
        ),
        None => (host, port, ImapSecurity::parse(value("security"))),
    };
    ConnectImapInput {
        host: host.to_owned(),
        port,
        username: value("username").to_owned(),
        password,
        folders: None,
        security,
        dry_run: value("dry_run") == "on",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(form_values: &[(&str, &str)]) -> (String, u16, ImapSecurity) {
        let provider = ImapProvider {
            id: "example".into(),
            name: "Example".into(),
            host: "imap.example.org".into(),
            port: 143,
            security: ImapSecurity::Starttls,
            hint: String::new(),
            help_url: None,
        };
        let input = imap_input(&[provider], form_values, "secret".into());
        (
            input.host.clone(),
            input.port(),
            input.security.unwrap_or_default(),
        )
    }

    #[test]
    fn server_of_form_precedes_server_of_provider() {
        let of_provider = input(&[
            ("provider", "example"),
            ("host", " "),
            ("port", ""),
            ("security", "tls"),
        ]);
        assert_eq!(
            of_provider,
            ("imap.example.org".into(), 143, ImapSecurity::Starttls)
        );
        let of_form = [
            ("provider", "example"),
            ("host", "mail.example.net"),
            ("port", "1143"),
            ("security", "tls"),
        ];
        assert_eq!(
            input(&of_form),
            ("mail.example.net".into(), 1143, ImapSecurity::Tls)
        );
        assert_eq!(
            input(&[("provider", "other")]),
            (String::new(), 993, ImapSecurity::Tls)
        );
    }

    #[test]
    fn port_that_is_no_number_is_rejected() {
        let form_values = [
            ("host", "imap.example.org"),
            ("port", "imaps"),
            ("username", "ada"),
        ];
        let error = imap_input(&[], &form_values, "secret".into()).validate();
        assert!(error.expect_err("invalid").for_field("port").is_some());
    }
}
