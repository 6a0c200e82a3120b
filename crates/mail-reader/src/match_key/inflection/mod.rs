//! Job titles and organizations as they stand in a list, and not in the case or form that a sentence needs.

mod german;
mod organizations;
mod polish;
mod turkish;

pub(crate) use organizations::uninflected_organization;

/// A title whose first words are inflected, as it stands in a list. `None` if they are not, or if nothing is known about the language.
pub(crate) fn uninflected(title: &str, language: &str) -> Option<String> {
    match language {
        "de" => german::uninflected(title),
        "pl" => polish::uninflected(title),
        "tr" => turkish::uninflected(title),
        _ => None,
    }
}
