//! `/api/users`. The behavior of the operations is tested in `service`; these tests cover what each of them accepts and returns.

mod activate;
mod change_password;
mod delete_user;
mod login;
mod logout;
mod refresh_token;
mod register;
mod reset_password;
mod sessions;
mod update_profile;

use crate::support::TestServer;

const NEW_PASSWORD: &str = "seven quiet cats herd sheep";

/// The token in the latest email of this kind to this user, from the outbox.
async fn emailed_token(server: &TestServer, template: &str, user_id: &str) -> String {
    server.run_jobs().await;
    let mut emails: Vec<_> = std::fs::read_dir(server.data_dir().join("outbox"))
        .expect("outbox")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| {
            path.to_string_lossy()
                .ends_with(&format!("-{template}-{user_id}.eml"))
        })
        .collect();
    emails.sort();
    let text = std::fs::read_to_string(emails.last().expect("an email")).expect("text");
    let text = text.replace("=\r\n", "").replace("=3D", "=");
    let token = text.split("?token=").nth(1).expect("a link");
    token.split_whitespace().next().expect("a token").to_owned()
}
