//! Base forms of job titles and organization names that are inflected in a sentence.

mod german;
mod organizations;
mod polish;
mod turkish;

pub(crate) use organizations::uninflected_organization;

/// The base form of a title whose words are inflected. `None` if the title is not inflected or the language is not supported.
pub(crate) fn uninflected(title: &str, language: &str) -> Option<String> {
    match language {
        "de" => german::uninflected(title),
        "pl" => polish::uninflected(title),
        "tr" => turkish::uninflected(title),
        _ => None,
    }
}
