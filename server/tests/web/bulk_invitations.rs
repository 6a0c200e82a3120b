//! Inviting a list of addresses.

use super::organizations::organization;
use crate::support::{ORIGIN, TestServer, operations::MULTIPART};
use sqlx::PgPool;

/// A form with these parts: name, file name and content.
fn form(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file_name, content) in parts {
        let file_name = file_name
            .map(|name| format!("; filename=\"{name}\""))
            .unwrap_or_default();
        body.extend(
            format!("--XyZ\r\nContent-Disposition: form-data; name=\"{name}\"{file_name}\r\n\r\n").bytes(),
        );
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(b"--XyZ--\r\n");
    body
}

/// Submits the form. Returns the page of the members.
async fn invite(server: &TestServer, cookie: &str, slug: &str, body: Vec<u8>) -> String {
    let headers = [
        ("origin", ORIGIN),
        ("sec-fetch-site", "same-origin"),
        ("accept", "text/html"),
        ("cookie", cookie),
    ];
    let page = format!("/w/{slug}/settings/members");
    let sent = server
        .post(&format!("{page}/invite"), MULTIPART, &headers, body)
        .await;
    let (location, part) = sent.location().split_once('#').unwrap_or_default();
    assert_eq!(
        (sent.status.as_u16(), location),
        (303, page.as_str()),
        "{}",
        sent.text
    );
    let flash = sent.header("set-cookie");
    let flash = flash.split(';').next().expect("a cookie");
    let text = server.get_page(&format!("{cookie}; {flash}"), &page).await.text;
    // The page has the element that the redirect scrolls to, unless the caller may not invite.
    let is_there = text.contains(&format!("id=\"{part}\""));
    assert!(is_there || !text.contains("id=\"invite\""), "no {part} in {text}");
    text
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn list_of_addresses_is_invited_and_its_problems_are_shown(pool: PgPool) {
    let (server, cookie, slug) = organization(pool).await;
    let list = b"email;role\neve@x.co;coach\nnobody;\nowner@example.org;".as_slice();
    // Browsers send an empty file part if no file was chosen.
    let no_file = ("file", Some(""), b"".as_slice());
    let body = form(&[
        ("addresses", None, list),
        no_file,
        ("role", None, b"member"),
        ("message", None, b""),
    ]);
    let page = invite(&server, &cookie, &slug, body).await;
    for text in [
        "1 invited, 2 not invited.",
        "nobody",
        "Is a member already.",
        "eve@x.co",
        // The field contains the line to correct, with the header of the table.
        "email;role\nnobody;",
    ] {
        assert!(page.contains(text), "no {text} in {page}");
    }
    let body = form(&[
        ("addresses", None, b" "),
        no_file,
        ("role", None, b"coach"),
        ("message", None, b"Welcome"),
    ]);
    let page = invite(&server, &cookie, &slug, body).await;
    for text in [
        "Enter at least one address.",
        "value=\"coach\" selected",
        "Welcome",
    ] {
        assert!(page.contains(text), "no {text} in {page}");
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn group_of_a_list_is_shown_with_its_invitations(pool: PgPool) {
    let (server, cookie, slug) = organization(pool).await;
    let group = uuid::Uuid::from_u128(7);
    server
        .execute(&format!(
            "insert into groups (tenant_id, id, name, name_key, created_at)
               select id, '{group}', 'Spring', 'spring', now() from tenants where slug = '{slug}'"
        ))
        .await;
    let group_id = group.to_string();
    let list = |addresses: &'static [u8]| {
        form(&[
            ("addresses", None, addresses),
            ("role", None, b"member"),
            ("group_id", None, group_id.as_bytes()),
        ])
    };
    let page = invite(&server, &cookie, &slug, list(b"eve@x.co")).await;
    assert!(page.contains("Member, group “Spring”, invited by "), "{page}");
    let page = invite(&server, &cookie, &slug, list(b"nobody")).await;
    let select = page.split("id=\"invite-many-group\"").nth(1);
    let select = select.and_then(|text| text.split("</select>").next());
    let chosen = format!("value=\"{group}\" selected");
    assert!(select.is_some_and(|text| text.contains(&chosen)), "{page}");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn file_of_addresses_is_invited(pool: PgPool) {
    let (server, cookie, slug) = organization(pool).await;
    let invited = async |name: &str, content: &[u8], addresses: &[u8]| {
        let body = form(&[
            ("role", None, b"member"),
            ("addresses", None, addresses),
            ("file", Some(name), content),
        ]);
        invite(&server, &cookie, &slug, body).await
    };
    // A table saved by a spreadsheet program.
    let utf16: Vec<u8> = "\u{feff}email\trole\r\neve@x.co\tcoach\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let many = (1..=500)
        .map(|n| format!("m{n}@x.co\n"))
        .collect::<Vec<_>>()
        .concat();
    for (name, content, addresses, expected) in [
        (
            "list.txt",
            b"ada@x.co, ben@x.co\nada@x.co".as_slice(),
            b"".as_slice(),
            "2 invited, 1 not invited.",
        ),
        ("list.csv", &utf16, b"", "1 invited."),
        (
            "list.csv",
            b"email;role\nzo\xeb@x.co;member\ncy@x.co;admin",
            b"",
            "2 invited.",
        ),
        ("empty.csv", b"", b"", "Enter at least one address."),
        (
            "list.csv",
            b"dan@x.co",
            b"eve@x.co",
            "Paste addresses or choose a file, not both.",
        ),
        (
            "many.txt",
            format!("{many}one@x.co").as_bytes(),
            b"",
            "Send at most 500 addresses at once.",
        ),
        ("large.txt", &vec![b'a'; 600_000], b"", "This list is too large."),
        ("huge.txt", &vec![b'a'; 3_000_000], b"", "This list is too large."),
        (
            "table.xlsx",
            b"PK\x03\x04\x00\x00\x08\x00",
            b"",
            "This is not a text file.",
        ),
    ] {
        let page = invited(name, content, addresses).await;
        assert!(page.contains(expected), "{name}: no {expected} in {page}");
    }
    let sql =
        "select count(*) from tenant_invitations where email in ('ada@x.co', 'ben@x.co') and role = 'member'
       or email = 'eve@x.co' and role = 'coach' or email = 'cy@x.co' and role = 'admin' or email = 'zoë@x.co' and role = 'member'";
    assert_eq!(server.count(sql).await, 5);
    assert_eq!(server.count("select count(*) from tenant_invitations").await, 5);
    server.execute("update memberships set role = 'member'").await;
    let page = invited("list.txt", b"fay@x.co", b"").await;
    assert!(!page.contains("invited."), "{page}");
    assert_eq!(server.count("select count(*) from tenant_invitations").await, 5);
}
