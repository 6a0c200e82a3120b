//! Reads a pasted list of addresses, or a CSV file of them.

use crate::platform::{csv_dialect::Dialect, normalize::nfc, text_encoding};
use csv::StringRecord;
use domain::{
    ApiError, FieldCode,
    tenants::{MAX_BULK_INVITATIONS, Role},
};

/// An address of the list, before validation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListedAddress {
    /// The number of its line, from 1.
    pub line: u64,
    pub email: String,
    /// The role in the line; `Err` if the text is not a role that invitations can have.
    pub role: Option<Result<Role, String>>,
    /// The name of the group that the person joins.
    pub group: Option<String>,
}

/// The columns of a CSV file with a header row.
#[derive(Clone, Copy, Default)]
struct Columns {
    email: usize,
    role: Option<usize>,
    group: Option<usize>,
}

/// The text of an uploaded list.
pub fn decode_address_file(bytes: &[u8]) -> String {
    text_encoding::decode(bytes)
}

/// The addresses in the order of the text. Blank lines are skipped.
///
/// # Errors
/// `invalid` for more than 500 addresses, or a text that is not CSV.
pub(super) fn read(text: &str) -> Result<Vec<ListedAddress>, ApiError> {
    let text = nfc(text.trim_start_matches('\u{feff}'));
    let dialect = Dialect::detect(&text);
    let mut reader = dialect.reader_builder().from_reader(text.as_bytes());
    let mut columns = None;
    let mut addresses = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.map_err(|_| {
            let detail = "This is neither a list of addresses nor a CSV file. Check the quotation marks.";
            ApiError::field("addresses", FieldCode::InvalidFormat, detail)
        })?;
        if index == 0 && dialect.has_separator_line {
            continue;
        }
        if addresses.is_empty() && columns.is_none() {
            columns = find_columns(&record);
            if columns.is_some() {
                continue;
            }
        }
        let line = record
            .position()
            .map_or(0, |position| line_at(&text, position.byte()));
        read_row(&record, columns, line, &mut addresses);
        if addresses.len() > MAX_BULK_INVITATIONS {
            let detail = format!("Send at most {MAX_BULK_INVITATIONS} addresses at once.");
            return Err(ApiError::field("addresses", FieldCode::TooLong, detail));
        }
    }
    Ok(addresses)
}

/// The number of the line of a record that starts at this byte or, where blank lines come before it, after them.
fn line_at(text: &str, byte: u64) -> u64 {
    let start = usize::try_from(byte).unwrap_or_default().min(text.len());
    let rest = &text.as_bytes()[start..];
    let blank = rest.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    let before = text.get(..start + blank).unwrap_or(text);
    let breaks = before.matches('\n').count();
    u64::try_from(breaks).unwrap_or(u64::MAX).saturating_add(1)
}

/// The columns, if this row is the header.
fn find_columns(record: &StringRecord) -> Option<Columns> {
    let position = |names: &[&str]| {
        let mut cells = record.iter();
        cells.position(|cell| names.contains(&cell.trim().to_lowercase().as_str()))
    };
    let email = position(&[
        "email",
        "e-mail",
        "mail",
        "email address",
        "e-mail address",
        "e-mail-adresse",
    ])?;
    Some(Columns {
        email,
        role: position(&["role", "rolle"]),
        group: position(&["group", "gruppe"]),
    })
}

/// Reads the addresses of a row. With a header, the column names decide. Without a header, a second cell without `@` is the role of the
/// first address, and otherwise each cell is an address.
fn read_row(record: &StringRecord, columns: Option<Columns>, line: u64, addresses: &mut Vec<ListedAddress>) {
    let mut add = |email: &str, role: Option<&str>, group: Option<&str>| {
        let email = bare_address(email);
        if !email.is_empty() {
            let entered = |cell: Option<&str>| {
                cell.map(|cell| cell.trim().to_owned())
                    .filter(|cell| !cell.is_empty())
            };
            addresses.push(ListedAddress {
                line,
                email,
                role: entered(role).map(|role| parse_role(&role)),
                group: entered(group),
            });
        }
    };
    if let Some(columns) = columns {
        let cell = |column: Option<usize>| column.and_then(|column| record.get(column));
        let email = record.get(columns.email).unwrap_or_default();
        add(email, cell(columns.role), cell(columns.group));
        return;
    }
    match (record.get(0), record.get(1)) {
        (Some(email), Some(role)) if record.len() == 2 && email.contains('@') && !role.contains('@') => {
            add(email, Some(role), None);
        }
        _ => {
            for cell in record.iter().flat_map(|cell| cell.split([',', ';'])) {
                add(cell, None, None);
            }
        }
    }
}

/// Extracts `a@b.co` from `Ada <a@b.co>`.
fn bare_address(text: &str) -> String {
    let text = text.trim();
    let inner = text
        .strip_suffix('>')
        .and_then(|text| text.rsplit_once('<'))
        .map(|(_, address)| address);
    inner.unwrap_or(text).trim().to_owned()
}

fn parse_role(text: &str) -> Result<Role, String> {
    Role::parse(&text.to_lowercase())
        .filter(|role| Role::INVITABLE.contains(role))
        .ok_or_else(|| format!("“{text}” is not a role. Use member, coach or admin."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emails(text: &str) -> Vec<(u64, String)> {
        let read = read(text).expect("a list");
        read.into_iter().map(|a| (a.line, a.email)).collect()
    }

    #[test]
    fn pasted_addresses_are_read_with_any_separator() {
        let expected = [
            (1, "a@x.co".to_owned()),
            (1, "b@x.co".to_owned()),
            (3, "c@x.co".to_owned()),
        ];
        for text in [
            "a@x.co, b@x.co\n\nc@x.co\n",
            "a@x.co; b@x.co;\r\n\r\nAda <c@x.co>",
            "\u{feff}a@x.co\tb@x.co\n \nc@x.co",
        ] {
            assert_eq!(emails(text), expected, "{text}");
        }
        assert_eq!(emails("no address"), [(1, "no address".to_owned())]);
    }

    #[test]
    fn csv_file_has_roles_in_any_dialect_and_groups() {
        for (mark, delimiter) in [("", ","), ("sep=;\n", ";"), ("", ";"), ("", "\t")] {
            let rows = "Name;Role;E-Mail\nAda;coach;a@x.co\nBen;;b@x.co\nCleo;king;c@x.co\n";
            let text = format!("{mark}{}", rows.replace(';', delimiter));
            let roles: Vec<_> = read(&text)
                .expect("a list")
                .into_iter()
                .map(|a| (a.email, a.role.map(Result::ok)))
                .collect();
            let expected = [
                ("a@x.co".to_owned(), Some(Some(Role::Coach))),
                ("b@x.co".to_owned(), None),
                ("c@x.co".to_owned(), Some(None)),
            ];
            assert_eq!(roles, expected, "{text}");
        }
        let grouped = read("Email,Group\na@x.co, Spring \nb@x.co,\n").expect("a list");
        let groups: Vec<_> = grouped.iter().map(|a| a.group.as_deref()).collect();
        assert_eq!(groups, [Some("Spring"), None]);
        let without_head = read("a@x.co,owner\nb@x.co,Admin\n").expect("a list");
        assert!(matches!(without_head[0].role, Some(Err(_))));
        assert_eq!(without_head[1].role, Some(Ok(Role::Admin)));
    }

    #[test]
    fn more_addresses_than_allowed_are_rejected() {
        let text = |n: usize| -> String {
            let lines: Vec<String> = (0..n).map(|n| format!("a{n}@x.co")).collect();
            lines.join("\n")
        };
        assert_eq!(read(&text(500)).expect("a list").len(), 500);
        assert_eq!(
            read(&text(501)).expect_err("too many").errors[0].field,
            "addresses"
        );
    }
}
