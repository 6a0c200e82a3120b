//! The avatar of a company: its initials in a color derived from its name.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AvatarSize {
    /// On cards.
    #[default]
    Small,
    /// In headings.
    Medium,
}

/// The avatar. Hidden from screen readers, because the name is always next to it.
#[component]
pub fn CompanyAvatar(#[prop(into)] name: String, #[prop(optional)] size: AvatarSize) -> impl IntoView {
    let class = if size == AvatarSize::Medium {
        "avatar avatar-md"
    } else {
        "avatar"
    };
    view! {
        <span class=class data-color=color(&name) aria-hidden="true">
            {initials(&name)}
        </span>
    }
}

/// The first letters of the first two words, in upper case.
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

/// One of the eight chart colors, derived from a hash of the name (FNV-1a), so that it never changes.
fn color(name: &str) -> String {
    let hash = name.to_lowercase().bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    (hash % 8 + 1).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_of_names_in_several_scripts() {
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
    fn color_depends_on_name_ignoring_case() {
        assert_eq!(color("Fernway"), color("FERNWAY"));
        let seen: std::collections::BTreeSet<_> = (0..200).map(|n| color(&format!("Company {n}"))).collect();
        assert_eq!(seen.len(), 8);
    }
}
