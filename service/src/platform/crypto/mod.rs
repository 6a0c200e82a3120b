//! Keys of this installation, and encryption of secrets in database columns.

pub(crate) mod column_cipher;
pub mod key_file;
pub mod keys;

pub use column_cipher::EncryptedColumn;

/// Sets the TLS implementation of HTTP clients, which has to be done before one is built. Later calls change nothing.
pub fn install_tls_provider() {
    // Fails if a provider is already installed, which is always this one.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
