use super::*;
use crate::parser::Text;

fn lines(html: &str) -> Vec<String> {
    Text::from_blocks(&read(html, Quotes::Skip).text)
        .lines
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn each_block_is_a_line_and_hidden_content_is_skipped() {
    let html = "<html><head><title>T</title><style>p{a:b>c}</style></head><body><!-- <p>no</p> --><p>Thank\nyou for <b>applying</b></p>\
        <table><tr><td>Data&nbsp;Analyst</td><td>Quiet Harbour &amp; Sons</td></tr></table><script>if(a<b)'unfortunately'</script>1 < 2<br>end";
    assert_eq!(
        lines(html),
        [
            "Thank you for applying",
            "Data Analyst",
            "Quiet Harbour & Sons",
            "1 < 2",
            "end"
        ]
    );
}

#[test]
fn quoted_reply_is_skipped() {
    assert_eq!(
        lines(
            "<p>New</p><blockquote type=\"cite\"><p>old <blockquote>older</blockquote> old</p></blockquote><p>end</p>"
        ),
        ["New", "end"]
    );
}

#[test]
fn malformed_markup_is_tolerated() {
    assert_eq!(
        lines("<p title=\"a>b\">one</p><a href=\"x<p>two</p>"),
        ["one", "two"]
    );
    assert_eq!(lines("a<style>b"), ["a"]);
    assert_eq!(lines("&#xfffffff; &bogus; & <"), ["\u{fffd} &bogus; & <"]);
    assert!(lines("<!-- never ends <p>x</p>").is_empty());
}

#[test]
fn deep_nesting_and_large_input_are_bounded() {
    assert_eq!(
        lines(&format!(
            "{}deep{}",
            "<div>".repeat(50_000),
            "</div>".repeat(50_000)
        ))
        .len(),
        0
    );
    assert_eq!(
        lines(&format!(
            "{}deep{}",
            "<div>".repeat(10_000),
            "</div>".repeat(10_000)
        )),
        ["deep"]
    );
    assert_eq!(lines(&"é".repeat(MAX_HTML_BYTES)).len(), 1);
}

fn text(html: &str) -> String {
    lines(html).join("|")
}

#[test]
fn hidden_text_is_skipped() {
    for hidden in [
        "<div style=\"display:none\">no</div>",
        "<div style='DISPLAY : none !important'><p>no</p><div>no</div></div>",
        "<span style=\"visibility:hidden\">no</span>",
        "<span style=\"font-size:0px\">no</span>",
        "<span style=\"font:0/0 a\">no</span>",
        "<span style=\"font-size:1px;line-height:1px\">no</span>",
        "<div style=\"opacity:0\">no</div>",
        "<div style=\"max-height:0px; overflow:hidden\">no</div>",
        "<div style=\"mso-hide:all\">no</div>",
        "<p hidden>no</p>",
        "<div style=\"color:#ffffff\">no</div>",
        "<div style=\"color: rgb(255, 255, 255)\">no</div>",
        "<font color=white>no</font>",
        "<td bgcolor=\"#f6f6f6\"><span style=\"color:#f5f5f5\">no</span></td>",
        "<style>.pre, div.x { display: none; }</style><div class=\"a pre\">no</div>",
        "<style>/* a */ #p{max-height:0}</style><div id=p>no</div>",
        "<template>no</template><title>no</title><script>no</script><!-- no -->",
        "<!--[if mso]>no<![endif]-->",
        "<p style=\"display:none\">no<p>",
        "<table><tr><td style=\"display:none\">no<td></table>",
    ] {
        assert_eq!(text(&format!("a{hidden}<p>b</p>")), "a|b", "{hidden}");
    }
}

#[test]
fn visible_text_within_unusual_styles_is_kept() {
    for visible in [
        "<td style=\"font-size:0px\"><div style=\"font-size:13px\">yes</div></td>",
        "<td style=\"font-size:0\"><div style=\"font:bold 13px/1.2 Arial\">yes</div></td>",
        "<td bgcolor=\"#003366\"><span style=\"color:#fff\">yes</span></td>",
        "<td style=\"background:#003366 url(x)\"><b style=\"color:white\">yes</b></td>",
        "<div class=button><a style=\"color:#ffffff\">yes</a></div>",
        "<div style=\"opacity:0.9\">yes</div>",
        "<div style=\"font-size:0.9em\">yes</div>",
        "<div style=\"max-height:none\">yes</div>",
        "<div style=\"visibility:hidden\"><p style=\"visibility:visible\">yes</p></div>",
        "<div style=\"display:none\">no</div></div></div>yes",
        "<table><tr><td style=\"display:none\">no</b></td><td>yes</td></tr></table>",
        "<div style=\"display:none\"><br><img src=x>no</div>yes",
        "<style>@media (max-width:1px){.m{display:none}}</style><p class=m>yes</p>",
        "<!--[if !mso]><!-->yes<!--<![endif]-->",
        "<p style=\"display:\">yes</p>",
    ] {
        assert_eq!(text(visible), "yes", "{visible}");
    }
}

#[test]
fn cells_and_blocks_are_lines_and_inline_elements_are_not() {
    assert_eq!(
        text("<table><tr><td>Data <b>Ana</b>lyst<td>Moss</table><h1>Hi</h1><ul><li>a<li>b</ul>c<br/>d"),
        "Data Analyst|Moss|Hi|a|b|c|d"
    );
}

#[test]
fn visible_links_are_listed_with_their_targets() {
    let html = "<a href=\"https://x.example/view?id=1&amp;trk=eml-rejected_01\">View <b>job</b></a>\
        <a href='http://img.example/'><img src=a></a><a href=mailto:a@b.c>mail</a><a name=top>anchor</a>\
        <div style=\"display:none\"><a href=\"https://hidden.example\">no</a></div><a href=https://last.example>last";
    let link = |text: &str, url: &str| Link {
        text: text.to_owned(),
        url: url.to_owned(),
    };
    assert_eq!(
        read(html, Quotes::Skip).links,
        [
            link("View job", "https://x.example/view?id=1&trk=eml-rejected_01"),
            link("", "http://img.example/"),
            link("last", "https://last.example"),
        ]
    );
    assert_eq!(
        read(&"<a href=https://x.example>x</a>".repeat(5_000), Quotes::Skip)
            .links
            .len(),
        MAX_LINKS
    );
    assert_eq!(
        plain_links("View job: https://x.example/1?a=b.\nor <http://y.example>, httpd\n"),
        [
            link("View job", "https://x.example/1?a=b"),
            link("or", "http://y.example")
        ]
    );
}

#[test]
fn quotes_are_kept_on_request() {
    let html = "<p>New</p><blockquote type=cite><p>old</p></blockquote>";
    assert!(read(html, Quotes::Keep).text.contains("old"));
    assert!(!read(html, Quotes::Skip).text.contains("old"));
}

#[test]
fn markup_bomb_is_read_in_bounded_time() {
    for html in [
        "<div style=\"display:none\">".repeat(8_000),
        "<table><tr><td>".repeat(15_000),
        "<p>x".repeat(50_000),
        "<a href=\"".repeat(20_000),
        "<style>".repeat(25_000),
        "</".repeat(100_000),
        "&amp".repeat(50_000),
        "<!--".repeat(50_000),
        format!("<div {}>", "a=b ".repeat(45_000)),
        format!("<style>{}</style>", ".a{display:none}".repeat(12_000)),
    ] {
        let start = std::time::Instant::now();
        let _ = read(&html, Quotes::Skip);
        let elapsed = start.elapsed();
        assert!(
            elapsed.as_secs() < 2,
            "{elapsed:?} for {}",
            html.get(..20).unwrap_or_default()
        );
    }
}
