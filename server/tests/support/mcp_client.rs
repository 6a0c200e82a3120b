//! The reference client of MCP in a separate process (`mock-provider/mcp-client.mjs`).

use serde_json::{Value, json};
use std::path::Path;
use tokio::process::Command;

/// How the client connects.
pub enum McpTransport<'a> {
    /// Connects to `/mcp` of the server at this address.
    Http { headers: Value },
    /// Starts `jobhax mcp` with these arguments.
    Stdio { arguments: &'a [&'a str] },
}

/// Connects to the server at this address with this key and performs the steps. Returns the result of connecting and of each step.
pub async fn run_mcp_client(url: &str, key: &str, transport: McpTransport<'_>, steps: Value) -> Vec<Value> {
    let mut argument = match transport {
        McpTransport::Http { mut headers } => {
            headers["Authorization"] = format!("Bearer {key}").into();
            json!({"url": format!("{url}/mcp"), "headers": headers})
        }
        McpTransport::Stdio { arguments } => {
            let arguments = [&["mcp"], arguments].concat();
            let environment = json!({"JOBHAX_URL": url, "JOBHAX_API_KEY": key});
            json!({"command": super::server_process::PROGRAM, "args": arguments, "env": environment})
        }
    };
    argument["steps"] = steps;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mock-provider");
    let output = Command::new("node")
        .arg("mcp-client.mjs")
        .arg(argument.to_string())
        .current_dir(folder)
        .kill_on_drop(true)
        .output()
        .await
        .expect("node runs");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
        panic!(
            "the client did not run, see `scripts/setup test`: {}",
            String::from_utf8_lossy(&output.stderr)
        )
    })
}
