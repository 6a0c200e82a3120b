//! Responses of server functions: results with their HTTP status, redirects, and flash messages for forms that were submitted
//! without JavaScript.

use super::flash::{self, BulkNotice, ChangeNotice, Flash, MailNotice, TaskNotice};
use crate::{error::AppError, status::accepts_html};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use domain::{
    ErrorCode, JobApplicationId,
    routes::{ApplicationPage, Route, WorkspacePage},
};
use leptos::{prelude::use_context, server_fn::redirect::REDIRECT_HEADER};
use leptos_axum::ResponseOptions;

/// Converts the result of a use case. On an error, sets the response status.
pub fn respond<T>(result: Result<T, service::Error>) -> Result<T, AppError> {
    result.map_err(|error| AppError(error.into()))
}

/// Like [`respond`], for forms. Without JavaScript, an error leads back to `page`, which shows it with the entered values.
pub fn respond_form<T>(
    action: &str,
    page: &Route,
    form_values: &[(&str, &str)],
    result: Result<T, service::Error>,
) -> Result<T, AppError> {
    respond(result).inspect_err(|error| form_error(action, page, form_values, error))
}

/// Without JavaScript, redirects back to `page` with the error. A script reads the error from the response.
pub fn form_error(action: &str, page: &Route, form_values: &[(&str, &str)], error: &AppError) {
    if !accepts_html() {
        return;
    }
    if error.0.code == ErrorCode::Unauthorized {
        redirect(&Route::SignIn(None));
        return;
    }
    let mut error = error.0.clone();
    error.current = None;
    if error.code == ErrorCode::VersionConflict {
        // The original detail of this error is written for API clients.
        "This was changed elsewhere in the meantime. Your change was not saved."
            .clone_into(&mut error.detail);
    }
    flash::set(Flash {
        error: Some(error),
        form_values: form_values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        ..Flash::new(action, page)
    });
    redirect(page);
}

/// Without JavaScript, redirects to `page`, which reports that the form was accepted.
pub fn form_success(action: &str, page: &Route) {
    form_notice(Flash::success(action, page), page);
}

/// Without JavaScript, redirects to `page` with a message.
fn form_notice(flash: Flash, page: &Route) {
    if accepts_html() {
        flash::set(flash);
        redirect(page);
    }
}

/// Without JavaScript, redirects to `page`, which reports the decision about an email and offers to undo it.
pub fn mail_done(action: &str, page: &Route, notice: MailNotice) {
    let flash = Flash {
        mail: Some(notice),
        ..Flash::success(action, page)
    };
    form_notice(flash, page);
}

/// Redirects to `page`, which reports a bulk change, with or without JavaScript.
pub fn bulk_done(action: &str, page: &Route, notice: BulkNotice) {
    flash::set(Flash {
        bulk: Some(notice),
        ..Flash::success(action, page)
    });
    redirect(page);
}

/// Redirects to `page`, which reports the new state of a task and offers to undo it, with or without JavaScript.
pub fn task_done(action: &str, page: &Route, notice: TaskNotice) {
    flash::set(Flash {
        task: Some(notice),
        ..Flash::success(action, page)
    });
    redirect(page);
}

/// Without JavaScript, redirects to the board or to the application page. The next page reports the change and offers to undo it.
/// It also does so if a script made the change and the user leaves the board before its message disappears.
pub fn board_done(action: &str, page: &Route, change: ChangeNotice) {
    let flash = Flash {
        change: Some(change),
        ..Flash::new(action, page)
    };
    if accepts_html() {
        flash::set(flash);
        redirect(page);
    } else {
        flash::set_briefly(flash);
    }
}

/// Redirects to `page`, which reports that the form was accepted, with or without JavaScript.
pub fn page_done(action: &str, page: &Route) {
    flash::set(Flash::success(action, page));
    redirect(page);
}

/// Like [`page_done`], with values that the page shows. The longest values are left out if they do not fit into a cookie.
pub fn page_done_with(action: &str, page: &Route, values: &[(&str, &str)]) {
    let values = values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    flash::set(Flash {
        form_values: values.collect(),
        ..Flash::success(action, page)
    });
    redirect(page);
}

/// The board or the table of applications, by its name in the URL, with a query.
pub fn list_page(slug: String, page: &str, query: &str) -> Route {
    let page = if page == WorkspacePage::Applications.as_str() {
        WorkspacePage::Applications
    } else {
        WorkspacePage::Board
    };
    Route::List(slug, page, query.to_owned())
}

/// The page after a change: the application page if the form was there, otherwise the board.
pub fn page_after_change(slug: String, id: JobApplicationId, was_there: bool) -> Route {
    if was_there {
        Route::Application(slug, id, ApplicationPage::Overview)
    } else {
        Route::Workspace(slug, WorkspacePage::Board)
    }
}

/// Redirects to one of our own pages, with or without JavaScript. Does nothing if the path contains characters that are not allowed in a
/// header.
pub fn redirect(to: &Route) {
    let (Some(response), Ok(location)) = (
        use_context::<ResponseOptions>(),
        HeaderValue::from_str(&to.to_string()),
    ) else {
        return;
    };
    response.insert_header(header::LOCATION, location);
    if accepts_html() {
        response.set_status(StatusCode::SEE_OTHER);
    } else {
        response.insert_header(
            HeaderName::from_static(REDIRECT_HEADER),
            HeaderValue::from_static(""),
        );
    }
}

/// Like [`redirect`], but only without JavaScript.
pub fn redirect_without_script(to: &Route) {
    if accepts_html() {
        redirect(to);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use axum::http::Request;
    use leptos::{
        prelude::{Owner, provide_context},
        server_fn::error::FromServerFnError as _,
    };

    pub(in crate::server) fn request(accept: &str, cookies: &str) -> ResponseOptions {
        request_to("/", accept, cookies)
    }

    pub(in crate::server) fn request_to(path: &str, accept: &str, cookies: &str) -> ResponseOptions {
        let request = Request::builder()
            .uri(path)
            .header(header::ACCEPT, accept)
            .header(header::COOKIE, cookies);
        let (parts, ()) = request.body(()).expect("a request").into_parts();
        provide_context(parts);
        let response = ResponseOptions::default();
        provide_context(response.clone());
        response
    }

    pub(in crate::server) fn response_header(
        response: &ResponseOptions,
        name: &HeaderName,
    ) -> Option<String> {
        let parts = response.0.read().expect("not poisoned");
        parts
            .headers
            .get(name)
            .map(|value| value.to_str().expect("ascii").to_owned())
    }

    #[test]
    fn error_for_script_sets_status_without_redirect() {
        Owner::new().with(|| {
            let response = request("application/json", "");
            let error = service::Error::api(ErrorCode::VersionConflict, "Changed.");
            let result: Result<(), _> = respond_form("jobapps/move_stage", &Route::Home, &[], Err(error));
            let error = result.expect_err("an error");
            assert_eq!(error.0.code, ErrorCode::VersionConflict);
            error.ser();
            assert_eq!(
                response.0.read().expect("not poisoned").status,
                Some(StatusCode::CONFLICT)
            );
            assert_eq!(response_header(&response, &header::LOCATION), None);
        });
    }

    #[test]
    fn every_error_that_is_sent_has_its_status() {
        for accept in ["application/json", "text/html"] {
            Owner::new().with(|| {
                let response = request(accept, "");
                AppError::new(ErrorCode::Conflict, "Changed.").ser();
                assert_eq!(
                    response.0.read().expect("not poisoned").status,
                    Some(StatusCode::CONFLICT)
                );
            });
        }
    }

    #[test]
    fn redirect_to_path_with_line_break_is_escaped() {
        Owner::new().with(|| {
            let response = request("text/html", "");
            redirect(&Route::SignIn(Some("/w/a\r\nSet-Cookie: x=y".into())));
            let location = response_header(&response, &header::LOCATION).expect("a location");
            assert!(!location.contains('\n'));
        });
    }
}
