//! The plain-text beginning of a connection with STARTTLS (RFC 3501, 6.2.1). Anything that an attacker could insert before
//! encryption starts ends the connection: a greeting that skips the login, a rejection of STARTTLS, and responses after its OK.

use super::error::ImapError;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

const MAX_LINE_BYTES: usize = 8 * 1024;
/// Maximum number of untagged responses before the tagged one.
const MAX_LINES: usize = 20;

/// Negotiates STARTTLS up to the point where the TLS handshake can begin.
pub async fn negotiate<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S) -> Result<(), ImapError> {
    let mut buffer = Vec::new();
    let greeting = read_line(stream, &mut buffer).await?;
    if !starts_with_ignore_case(&greeting, "* OK") {
        return Err(ImapError::InvalidResponse("greeting is not OK"));
    }
    if !buffer.is_empty() {
        return Err(ImapError::InvalidResponse("data after the greeting"));
    }
    stream.write_all(b"a1 STARTTLS\r\n").await?;
    stream.flush().await?;
    for _ in 0..MAX_LINES {
        let line = read_line(stream, &mut buffer).await?;
        if starts_with_ignore_case(&line, "a1 OK") {
            return if buffer.is_empty() {
                Ok(())
            } else {
                Err(ImapError::InvalidResponse("data before the TLS handshake"))
            };
        }
        if !line.starts_with("* ") {
            return Err(ImapError::InvalidResponse("STARTTLS refused"));
        }
    }
    Err(ImapError::InvalidResponse("too many responses to STARTTLS"))
}

/// Reads the next line. Bytes received after it stay in `buffer`.
async fn read_line<S: AsyncRead + Unpin>(stream: &mut S, buffer: &mut Vec<u8>) -> Result<String, ImapError> {
    loop {
        if let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = buffer.drain(..=end).collect();
            return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
        }
        if buffer.len() > MAX_LINE_BYTES {
            return Err(ImapError::InvalidResponse("line too long"));
        }
        if stream.read_buf(buffer).await? == 0 {
            return Err(ImapError::ConnectionLost("closed by the server".into()));
        }
    }
}

fn starts_with_ignore_case(line: &str, prefix: &str) -> bool {
    line.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::duplex;

    async fn negotiate_with(greeting: &str, response: &str) -> (Result<(), ImapError>, String) {
        let (mut client, mut server) = duplex(64 * 1024);
        server.write_all(greeting.as_bytes()).await.expect("greeting");
        let serve = async {
            let mut command = [0; 13];
            if server.read_exact(&mut command).await.is_ok() {
                server.write_all(response.as_bytes()).await.expect("response");
            }
            drop(server);
            String::from_utf8_lossy(&command).into_owned()
        };
        let connect = async {
            let result = negotiate(&mut client).await;
            drop(client);
            result
        };
        tokio::join!(connect, serve)
    }

    #[tokio::test]
    async fn accepted_starttls_continues() {
        let (result, command) =
            negotiate_with("* OK ready\r\n", "* CAPABILITY IMAP4rev1\r\nA1 ok begin\r\n").await;
        assert!(result.is_ok(), "{result:?}");
        assert_eq!(command, "a1 STARTTLS\r\n");
    }

    #[tokio::test]
    async fn anything_inserted_before_encryption_ends_the_connection() {
        for (greeting, response) in [
            ("* PREAUTH ready\r\n", ""),
            ("* BYE\r\n", ""),
            ("* OK ready\r\n* OK more\r\n", "a1 OK\r\n"),
            ("* OK ready\r\n", "a1 OK\r\na2 OK inserted\r\n"),
            ("* OK ready\r\n", "a1 OK\r\nx"),
            ("* OK ready\r\n", "a1 NO\r\n"),
            ("* OK ready\r\n", "a1 BAD\r\n"),
            ("* OK ready\r\n", ""),
        ] {
            let (result, _) = negotiate_with(greeting, response).await;
            assert!(result.is_err(), "{greeting} {response}");
        }
        let endless = "x".repeat(60_000);
        assert!(negotiate_with(&endless, "").await.0.is_err());
    }
}
