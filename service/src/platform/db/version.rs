//! PostgreSQL versions that are safe to use.

/// The first minor release of each major version in which the known holes of row level security are fixed.
const MIN_MINOR_VERSIONS: [(u32, u32); 3] = [(15, 14), (16, 10), (17, 6)];

/// Whether this release has the security fixes that row level security depends on. Newer major versions have them from
/// the start.
pub fn is_supported_version(major: u32, minor: u32) -> bool {
    match MIN_MINOR_VERSIONS.iter().find(|(m, _)| *m == major) {
        Some((_, min_minor)) => minor >= *min_minor,
        None => MIN_MINOR_VERSIONS.iter().all(|(m, _)| major > *m),
    }
}

/// The oldest supported releases, for error messages.
pub(super) fn supported_versions() -> String {
    let versions = MIN_MINOR_VERSIONS.map(|(major, minor)| format!("{major}.{minor}"));
    versions.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_patched_releases_are_supported() {
        for (major, minor, supported) in [
            (15, 13, false),
            (15, 14, true),
            (14, 22, false),
            (16, 9, false),
            (17, 6, true),
            (18, 0, true),
        ] {
            assert_eq!(is_supported_version(major, minor), supported, "{major}.{minor}");
        }
        assert_eq!(supported_versions(), "15.14, 16.10, 17.6");
    }
}
