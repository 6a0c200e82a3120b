use crate::{
    Client, Error,
    types::{CsvImport, File, FileKind, Import, JobApplicationId},
};
use progenitor_client::{ClientHooks, OperationInfo, ResponseValue};
use reqwest::{
    RequestBuilder,
    multipart::{Form, Part},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

/// What the generator does not have. Forms are sent once: their body cannot be repeated.
impl Client {
    /// Stores a file of an application, such as the résumé that was sent (`POST /api/files/add_file`).
    pub async fn add_file(
        &self,
        jobapp_id: JobApplicationId,
        kind: FileKind,
        name: &str,
        content: Vec<u8>,
    ) -> Result<File, Error> {
        let form = Form::new()
            .text("jobapp_id", jobapp_id.to_string())
            .text("kind", kind.to_string())
            .part("file", Part::bytes(content).file_name(name.to_owned()));
        self.upload("/api/files/add_file", form).await
    }

    /// Imports applications from a CSV file (`POST /api/jobapps/import_csv`). `dry_run` only previews what the import would change.
    pub async fn import_csv(&self, name: &str, content: Vec<u8>, dry_run: bool) -> Result<CsvImport, Error> {
        let form = Form::new()
            .text("dry_run", dry_run.to_string())
            .part("file", Part::bytes(content).file_name(name.to_owned()));
        self.upload("/api/jobapps/import_csv", form).await
    }

    /// Imports `.eml`, `.mbox`, `.zip` or `.gz` files (`POST /api/mail/import_mails`). `dry_run` only previews what the import would change.
    pub async fn import_mails(&self, name: &str, content: Vec<u8>, dry_run: bool) -> Result<Import, Error> {
        let form = Form::new()
            .text("dry_run", dry_run.to_string())
            .part("file", Part::bytes(content).file_name(name.to_owned()));
        self.upload("/api/mail/import_mails", form).await
    }

    /// Sends a body of JSON to an operation such as `/api/jobapps/edit_jobapp`, for what the typed methods do not send: a member that is
    /// `null`. Returns `data` of the response.
    pub async fn post_json<T: DeserializeOwned>(
        &self,
        path: &'static str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        self.send(path, |request| request.json(body)).await
    }

    async fn upload<T: DeserializeOwned>(&self, path: &'static str, form: Form) -> Result<T, Error> {
        self.send(path, |request| request.multipart(form)).await
    }

    async fn send<T: DeserializeOwned>(
        &self,
        path: &'static str,
        with_body: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<T, Error> {
        let operation_id = path.rsplit('/').next().unwrap_or(path);
        let request = with_body(self.client.post(format!("{}{path}", self.baseurl))).build()?;
        let response = self.exec(request, &OperationInfo { operation_id }).await?;
        if response.status().is_success() {
            let envelope = ResponseValue::<Envelope<T>>::from_response(response).await?;
            Ok(envelope.into_inner().data)
        } else {
            Err(Error::ErrorResponse(
                ResponseValue::from_response(response).await?,
            ))
        }
    }
}
