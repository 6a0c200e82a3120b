//! Saving job postings from other sites: the bookmarklet, and the values for setting up the browser extension. Rendered by the
//! server only.

use super::Section;
use domain::routes::percent_encode;
use leptos::prelude::*;

/// The script that extracts the job posting from a page. The extension uses the same file.
const READ_POSTING: &str = include_str!("../../../extension/posting.js");

/// The bookmarklet, for dragging to the bookmarks.
#[component]
pub fn CaptureSection(
    /// The public URL of the board.
    board_url: String,
) -> impl IntoView {
    view! {
        <Section
            id="capture"
            title="Save job postings"
            description="A bookmark that opens the form for a new application, filled in from the posting."
        >
            <p>
                "Drag this button to your bookmarks bar, or bookmark it from its context menu. On a job posting, click the bookmark, check the form, and add the application."
            </p>
            <div>
                <a class="btn btn-line" href=bookmarklet(&board_url)>
                    "Save to JobHax"
                </a>
            </div>
            <p>
                "The browser extension in the source code of JobHax also saves the text of the posting and shows which jobs you already track. It asks for this address and for a key with the scopes "
                <code>"jobapps:write"</code> " and " <code>"jobapps:read"</code> "."
            </p>
            <div class="field">
                <label for="board-address">"Address of your board"</label>
                <input class="input" id="board-address" type="text" readonly value=board_url />
            </div>
        </Section>
    }
    .into_any()
}

/// The bookmarklet, which opens the board with the prefilled form. Nothing is added until the user submits the form.
fn bookmarklet(board: &str) -> String {
    let script = format!(
        "(()=>{{{}
const p=readPosting();
const q=new URLSearchParams({{add:'to_apply',add_company:p.company,add_title:p.job_title,add_location:p.location,add_source:p.source,add_url:p.url}});
const u='{board}?'+q;
const w=open(u);
if(w)w.opener=null;else location.href=u;
}})()",
        compact(READ_POSTING)
    );
    format!("javascript:{}", percent_encode(&script))
}

/// Removes comments, indentation and `export` from a script. Line breaks are kept, because not every line ends with a semicolon.
fn compact(script: &str) -> String {
    let is_code =
        |line: &&str| !line.is_empty() && !["//", "/**", "*"].iter().any(|start| line.starts_with(start));
    let lines: Vec<_> = script.lines().map(str::trim).filter(is_code).collect();
    lines.join("\n").replacen("export function", "function", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bookmarklet_is_one_address_with_the_whole_script() {
        let address = bookmarklet("https://jobs.example.org/w/ada/board");
        assert!(address.starts_with("javascript:%28%28%29%3D%3E%7Bfunction%20readPosting%28"));
        assert!(address.contains("https%3A//jobs.example.org/w/ada/board%3F"));
        assert!(!address.contains("export"));
        // Firefox limits bookmark URLs to 65,536 characters.
        assert!(address.len() < 30_000, "{}", address.len());
    }
}
