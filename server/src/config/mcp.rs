//! `jobhax mcp`.

use clap::Args;
use secrecy::SecretString;

/// `jobhax mcp`.
#[derive(Debug, Args)]
pub struct Mcp {
    /// Address of the server with your applications
    #[arg(long, env = "JOBHAX_URL", default_value = "http://127.0.0.1:3000")]
    pub url: String,
    /// API key from the settings. Set the variable rather than the option, which other users of this machine can see
    #[arg(long, env = "JOBHAX_API_KEY", hide_env_values = true)]
    pub api_key: Option<SecretString>,
    /// Also offer the tools that add applications and notes and move applications
    #[arg(long)]
    pub allow_writes: bool,
}
