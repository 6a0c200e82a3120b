//! Detects content hashes in the names of built files.

/// Length of a hash in base64url.
const HASH_LEN: usize = 22;

/// Whether a path segment contains a content hash, as in `/pkg/board.9f2959uVWLPq501EZJoj7g/board.wasm`, so that the content of the path
/// never changes.
pub fn is_hashed(path: &str) -> bool {
    path.strip_prefix("/pkg/")
        .is_some_and(|path| path.split(['/', '.']).any(|part| part.len() == HASH_LEN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_with_a_hash_always_mean_the_same_content() {
        assert!(is_hashed("/pkg/jobhax.9f2959uVWLPq501EZJoj7g.css"));
        assert!(is_hashed("/pkg/board.9f2959uVWLPq501EZJoj7g/board.wasm"));
        assert!(!is_hashed("/pkg/jobhax.js"));
        assert!(!is_hashed("/fonts/9f2959uVWLPq501EZJoj7g.woff2"));
    }
}
