//! Webhooks.

use clap::Args;
use url::Url;

/// Requests to webhook endpoints.
#[derive(Debug, Args)]
pub struct Webhooks {
    /// Comma-separated origins that webhooks may call although they are not public or do not use https, such as `http://10.0.0.5:8080`
    #[arg(long, env = "JOBHAX_WEBHOOK_ALLOWED_ORIGINS", value_delimiter = ',', value_parser = parse_origin)]
    pub webhook_allowed_origins: Vec<Url>,
}

fn parse_origin(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|e| e.to_string())?;
    let is_origin = matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none();
    if is_origin && url.fragment().is_none() && url.username().is_empty() {
        Ok(url)
    } else {
        Err("expected an origin such as http://10.0.0.5:8080".into())
    }
}

#[cfg(test)]
mod tests {
    use super::parse_origin;

    #[test]
    fn only_origins_are_accepted() {
        assert!(parse_origin("http://10.0.0.5:8080").is_ok());
        assert!(parse_origin("https://hooks.internal/").is_ok());
        for text in [
            "10.0.0.5:8080",
            "ftp://10.0.0.5",
            "http://10.0.0.5/hook",
            "http://u@10.0.0.5",
            "",
        ] {
            assert!(parse_origin(text).is_err(), "{text}");
        }
    }
}
