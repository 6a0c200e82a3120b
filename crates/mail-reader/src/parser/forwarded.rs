//! Parses messages that were forwarded inline: their headers and their body.

use super::{
    date::{HeaderDate, fold, parse_clock, parse_date},
    forward_markers::{FORWARD_MARKERS, FORWARD_PREFIXES, LABELS, Label, ORIGINAL_MARKERS},
    headers::Headers,
    identity::HeaderIdentity,
    text::normalize_whitespace,
};
use chrono::{DateTime, NaiveTime, Utc};

/// Maximum number of lines below the marker that are searched for the headers of the forwarded message.
const MAX_HEADER_LINES: usize = 30;
/// Number of lines at the start of a message that are searched for the marker.
const MAX_SEARCHED_LINES: usize = 400;
const MAX_VALUE_CHARS: usize = 500;

/// A forwarded message without its text parts.
#[derive(Debug, PartialEq, Eq)]
pub struct InlineForward {
    pub headers: Headers,
    /// The text below the headers.
    pub body: String,
}

/// Finds a message that was forwarded in `text`, the text of the message with the headers `outer`.
pub fn find(text: &str, outer: &Headers) -> Option<InlineForward> {
    let lines: Vec<&str> = text
        .split('\n')
        .map(|l| l.strip_suffix('\r').unwrap_or(l))
        .collect();
    let is_forward_subject = has_forward_prefix(&outer.subject);
    let mut has_text_before = false;
    for (at, line) in lines.iter().enumerate().take(MAX_SEARCHED_LINES) {
        let marker = marker(line);
        let is_reply_quote = marker == Some(Marker::Original) && has_text_before && !is_forward_subject;
        let start = match marker {
            Some(_) if is_reply_quote => return None,
            Some(_) => Some(at + 1),
            None if is_forward_subject && matches!(label(line), Some((Label::From, _))) => Some(at),
            None => None,
        };
        if let Some(start) = start
            && let Some(forward) = read(lines.get(start..)?, outer)
        {
            return Some(forward);
        }
        has_text_before = has_text_before || line.chars().any(char::is_alphanumeric);
    }
    None
}

/// Whether the subject says that the message was forwarded.
fn has_forward_prefix(subject: &str) -> bool {
    let folded = fold(subject);
    FORWARD_PREFIXES.iter().any(|p| folded.starts_with(p))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marker {
    Forward,
    Original,
}

fn marker(line: &str) -> Option<Marker> {
    let is_dash = |c: char| matches!(c, '-' | '_' | '*' | '–' | '—');
    let is_decorated =
        line.trim_start_matches(['>', ' ']).starts_with(is_dash) || line.trim_end().ends_with(':');
    if !is_decorated || line.len() > 150 {
        return None;
    }
    let is_marked = |c: char| c.is_ascii_punctuation() || c.is_whitespace() || is_dash(c);
    let folded = fold(line.trim_matches(is_marked))
        .replace('\u{2019}', "'")
        .replace('-', " ");
    // Some programs write the sender's name after the marker.
    let matches = |markers: &[&str]| {
        markers.iter().any(|m| {
            let rest = folded.strip_prefix(m);
            rest.is_some_and(|rest| rest.is_empty() || (rest.starts_with(' ') && rest.len() < 60))
        })
    };
    if matches(&FORWARD_MARKERS) {
        Some(Marker::Forward)
    } else if matches(&ORIGINAL_MARKERS) {
        Some(Marker::Original)
    } else {
        None
    }
}

/// Splits a header line into its label and its value.
fn label(line: &str) -> Option<(Label, &str)> {
    let line = line.trim_start_matches(['>', ' ', '\t', '*', '\u{a0}', '|']);
    let (name, value) = line.split_once(':')?;
    if name.len() > 40 {
        return None;
    }
    let folded = fold(name.trim_matches(['*', ' ', '\u{a0}']));
    let (label, _) = LABELS
        .iter()
        .find(|(_, names)| names.contains(&folded.as_str()))?;
    Some((*label, value.trim_matches(['*', ' ', '\t', '\u{a0}'])))
}

/// Parses the headers at the start of `lines`. Requires the sender, and the date or the subject.
fn read(lines: &[&str], outer: &Headers) -> Option<InlineForward> {
    let is_blank = |line: &&str| line.trim_matches(['>', ' ', '\t', '\u{a0}']).is_empty();
    let first = lines.iter().take(4).position(|line| !is_blank(line))?;
    let is_quoted = lines.get(first)?.starts_with('>');
    let mut values: Vec<(Label, String)> = Vec::new();
    let mut end = first;
    for (at, line) in lines.iter().enumerate().skip(first).take(MAX_HEADER_LINES) {
        if let Some((label, value)) = label(line) {
            // A second sender belongs to another message.
            if label == Label::From && values.iter().any(|(l, _)| *l == Label::From) {
                break;
            }
            values.push((label, value.to_owned()));
            end = at + 1;
        } else if is_blank(line) {
            break;
        } else if let Some((_, value)) = values.last_mut() {
            // The line continues a long header if another header follows, or if the value is still empty.
            let is_continued = lines.get(at + 1).is_some_and(|next| label_follows(next)) || value.is_empty();
            if !is_continued {
                break;
            }
            value.push(' ');
            value.push_str(line.trim_start_matches(['>', ' ', '\t']));
            end = at + 1;
        } else {
            return None;
        }
    }
    let value = |wanted: Label| {
        let (_, value) = values.iter().find(|(label, _)| *label == wanted)?;
        let value: String = value.chars().take(MAX_VALUE_CHARS).collect();
        Some(normalize_whitespace(&value)).filter(|v| !v.is_empty())
    };
    let from = value(Label::From)?;
    let (date, subject) = (value(Label::Date), value(Label::Subject));
    if date.is_none() && subject.is_none() {
        return None;
    }
    let body: Vec<&str> = lines
        .get(end..)?
        .iter()
        .map(|line| {
            if is_quoted {
                let line = line.strip_prefix('>').unwrap_or(line);
                line.strip_prefix(' ').unwrap_or(line)
            } else {
                line
            }
        })
        .collect();
    let to = value(Label::To)
        .map(|to| split_address(&to))
        .map(|(address, name)| if name.is_empty() { address } else { name })
        .unwrap_or_default();
    let headers = inner_headers(&from, date.as_deref(), subject.unwrap_or_default(), to, outer);
    Some(InlineForward {
        headers,
        body: body.join("\n"),
    })
}

fn label_follows(line: &str) -> bool {
    label(line).is_some_and(|(label, _)| label != Label::From)
}

/// Builds the headers of the forwarded message. It is never genuine, because forwarded text is not authenticated.
fn inner_headers(
    from: &str,
    date: Option<&str>,
    subject: String,
    to_name: String,
    outer: &Headers,
) -> Headers {
    let (from, from_name) = split_address(from);
    let sent_at = date
        .and_then(|date| parse_sent(date, outer))
        .unwrap_or(outer.sent_at)
        .min(outer.sent_at);
    let identity = HeaderIdentity {
        from: &from,
        date: Some(sent_at),
        subject: &subject,
        message_id: "",
    }
    .digest();
    Headers {
        message_id: format!("forwarded:{identity}"),
        identity,
        in_reply_to: Vec::new(),
        references: Vec::new(),
        from,
        from_name,
        reply_to: String::new(),
        to_name,
        subject,
        sent_at,
        sent_on: sent_at.date_naive(),
        template: None,
        is_list: false,
        is_own: false,
        labels: Vec::new(),
        is_genuine: false,
        is_forged: false,
    }
}

/// Parses `Moss <jobs@moss.example>`, `Moss [mailto:jobs@moss.example]` or an address alone into address and name.
fn split_address(value: &str) -> (String, String) {
    let at = value.find('@').unwrap_or(value.len());
    let is_boundary =
        |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '[' | ']' | '(' | ')' | '"' | ':' | ';' | ',');
    let start = value
        .get(..at)
        .and_then(|v| v.char_indices().rev().find(|(_, c)| is_boundary(*c)))
        .map_or(0, |(n, c)| n + c.len_utf8());
    let address = value.get(start..).and_then(|v| v.split(is_boundary).next());
    let address = address
        .filter(|a| a.contains('@') && a.len() <= 320)
        .unwrap_or_default();
    let name = if address.is_empty() {
        value
    } else {
        value.get(..start).unwrap_or_default()
    };
    let name = name.trim_end_matches("mailto:");
    let name = name.trim_matches(|c: char| is_boundary(c) || c == '\'' || c == '*');
    (address.to_lowercase(), name.chars().take(200).collect())
}

/// Parses the date above a forwarded message. It is in the user's language and local time; without a zone, it is read as UTC.
fn parse_sent(date: &str, outer: &Headers) -> Option<DateTime<Utc>> {
    if let Some(parsed) = HeaderDate::parse(date.as_bytes()) {
        return Some(parsed.resolve(None).0);
    }
    let time = date.split([' ', ',', '\u{a0}']).find_map(parse_clock);
    let day = parse_date(date, outer.sent_on)?;
    Some(day.and_time(time.unwrap_or(NaiveTime::MIN)).and_utc())
}

#[cfg(test)]
#[path = "forwarded_tests.rs"]
mod tests;
