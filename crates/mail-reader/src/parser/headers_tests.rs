use super::*;

const DATE: &str = "Date: Mon, 5 Jan 2026 10:00:00 +0000\n";

fn parse(headers: &str) -> Headers {
    let raw = format!("{headers}{DATE}\nbody\n");
    try_parse(raw.as_bytes()).expect("readable")
}

fn try_parse(raw: &[u8]) -> Result<Headers, ParseError> {
    let dates = DateContext {
        from_line: b"",
        now: "2026-02-01T00:00:00Z".parse().expect("a time"),
        fallback: None,
    };
    HeaderParser::default().parse(raw, dates)
}

#[test]
fn thread_ids_are_bounded_and_keep_the_beginning() {
    let headers = parse("From: a@b.example\nIn-Reply-To: <r@x>\nReferences: <1@x>\n <2@x>\n");
    assert_eq!(headers.in_reply_to, ["r@x"]);
    assert_eq!(headers.references, ["1@x", "2@x"]);
    let ids: Vec<String> = (0..1_000).map(|n| format!(" <{n}@x>\n")).collect();
    let ids = ids.concat();
    let headers = parse(&format!("From: a@b.example\nReferences:{ids}"));
    assert_eq!(headers.references.len(), MAX_REFERENCES);
    assert_eq!(headers.references.first().map(String::as_str), Some("0@x"));
    assert_eq!(headers.references.get(1).map(String::as_str), Some("981@x"));
    assert_eq!(headers.references.last().map(String::as_str), Some("999@x"));
    assert!(parse("From: a@b.example\n").references.is_empty());
}

#[test]
fn template_list_reply_address_and_labels_are_read() {
    let headers = parse(
        "X-Gmail-Labels: =?UTF-8?Q?Ge=C3=B6ffnet,Jobs?=\nFrom: a@b.example\nReply-To: Ada <ADA@b.example>\n\
         X-LinkedIn-Template: email_jobs_application_rejected_01\nList-Unsubscribe: <https://x.example>\n",
    );
    assert_eq!(
        headers.template.as_deref(),
        Some("email_jobs_application_rejected_01")
    );
    assert_eq!(headers.reply_to, "ada@b.example");
    assert_eq!(headers.labels, ["Geöffnet", "Jobs"]);
    assert!(headers.is_list && !headers.is_own);
    assert!(parse("From: a@b.example\nPrecedence: Bulk\n").is_list);
    let plain = parse("From: a@b.example\n");
    assert!(!plain.is_list && plain.template.is_none() && plain.reply_to.is_empty());
}

#[test]
fn own_message_is_recognized_by_its_headers() {
    assert!(parse("X-Gmail-Labels: Gesendet\nFrom: a@b.example\n").is_own);
    assert!(parse("X-Identity-Key: id1\nFrom: a@b.example\n").is_own);
    let received = "X-Identity-Key: id1\nReceived: by x; Mon, 5 Jan 2026 10:00:01 +0000\nFrom: a@b.example\n";
    assert!(!parse(received).is_own);
}

#[test]
fn spam_draft_and_chat_are_excluded() {
    for label in ["Spam", "Drafts", "Chat"] {
        let raw = format!("X-Gmail-Labels: {label}\nFrom: a@b.example\n\nx");
        assert_eq!(try_parse(raw.as_bytes()), Err(ParseError::Excluded), "{label}");
    }
    assert_eq!(
        parse("X-Gmail-Labels: Trash\nFrom: a@b.example\n").labels,
        ["Trash"]
    );
}

#[test]
fn only_topmost_authentication_results_count() {
    let forged = "Authentication-Results: mx; dmarc=fail header.from=b.example\n\
                  Authentication-Results: mx; dmarc=pass header.from=b.example\nFrom: a@b.example\n";
    let headers = parse(forged);
    assert!(headers.is_forged && !headers.is_genuine);
    let genuine = "Authentication-Results: mx; dmarc=pass header.from=b.example\n\
                   Authentication-Results: other; dmarc=fail header.from=b.example\nFrom: a@b.example\n";
    let headers = parse(genuine);
    assert!(headers.is_genuine && !headers.is_forged);
    let two_senders = format!("{genuine}From: c@d.example\n");
    assert!(!parse(&two_senders).is_genuine);
    assert!(!parse("From: a@b.example\n").is_genuine);
}

#[test]
fn sender_name_is_decoded_as_a_whole() {
    for (from, name) in [
        ("=?utf-8?B?S8?= =?utf-8?B?O2Y2hpbg==?= <A@b.example>", "Köchin"),
        (
            "=?iso-2022-jp?Q?=1B$B1~Jg=1B?= =?iso-2022-jp?Q?(B?= <a@b.example>",
            "応募",
        ),
        ("\"=?utf-8?Q?K=C3=B6chin_GmbH?=\" <a@b.example>", "Köchin GmbH"),
        (
            "=?iso-8859-1?Q?K=C3=B6chin?= <a@b.example>, c@d.example",
            "Köchin",
        ),
        ("=?utf-8?Q?K=C3=B6chin_=3Ca@b.example=3E?=", ""),
        ("Moss, Inc. <a@b.example>", "Moss, Inc."),
        ("a@b.example (Ada)", "Ada"),
    ] {
        let headers = parse(&format!("From: {from}\n"));
        assert_eq!(headers.from, "a@b.example", "{from}");
        if !name.is_empty() {
            assert_eq!(headers.from_name, name, "{from}");
        }
    }
}

#[test]
fn many_recipients_are_read_in_bounded_time() {
    let start = std::time::Instant::now();
    let to = "a@b.example, ".repeat(15_000);
    assert_eq!(
        parse(&format!("From: a@b.example\nTo: {to}\n")).from,
        "a@b.example"
    );
    let raw = format!(
        "From: a@b.example\nTo: {}\n{DATE}\nx",
        "a@b.example, ".repeat(50_000)
    );
    assert!(matches!(try_parse(raw.as_bytes()), Err(ParseError::TooLarge(_))));
    assert!(start.elapsed().as_secs() < 2, "{:?}", start.elapsed());
}
