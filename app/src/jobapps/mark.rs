//! The mark of a company: its initials, in a colour that follows from its name.

use leptos::prelude::*;

/// How large a mark is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MarkSize {
    /// On cards.
    #[default]
    Small,
    /// In headings.
    Medium,
}

/// The mark. The name stands beside it, so it says nothing by itself.
#[component]
pub fn CompanyMark(
    /// The company.
    #[prop(into)]
    name: String,
    /// How large.
    #[prop(optional)]
    size: MarkSize,
) -> impl IntoView {
    let class = if size == MarkSize::Medium {
        "mark mark-m"
    } else {
        "mark"
    };
    view! {
        <span class=class data-mark=colour(&name) aria-hidden="true">
            {initials(&name)}
        </span>
    }
}

/// First letters of the first two words, in capitals.
pub fn initials(name: &str) -> String {
    let words = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words
        .filter_map(|word| word.chars().next())
        .take(2)
        .flat_map(char::to_uppercase)
        .collect()
}

/// One of the eight chart colours, the same for the same name everywhere (FNV-1a).
fn colour(name: &str) -> String {
    let hash = name.to_lowercase().bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    (hash % 8 + 1).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_of_all_sorts_of_names() {
        for (name, expected) in [
            ("Hearth Homes", "HH"),
            ("fernway", "F"),
            ("Atlas & Finch", "AF"),
            ("München Re", "MR"),
            ("ßtraße", "SS"),
            ("日本 銀行", "日銀"),
            ("—", ""),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn the_colour_follows_from_the_name() {
        assert_eq!(colour("Fernway"), colour("FERNWAY"));
        let seen: std::collections::BTreeSet<_> = (0..200).map(|n| colour(&format!("Company {n}"))).collect();
        assert_eq!(seen.len(), 8);
    }
}
