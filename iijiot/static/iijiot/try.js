// The page on which the API can be tried: the description is read from here, and requests go nowhere else.

"use strict";

const place = document.getElementById("description");

window.SwaggerUIBundle({
  url: place.dataset.description,
  domNode: place,
  deepLinking: true,
  docExpansion: "list",
  validatorUrl: null,
  tryItOutEnabled: true,
  persistAuthorization: false,
  requestInterceptor: (request) => {
    // Each act gets a key of its own where none was typed.
    if (request.method === "POST" && !request.url.includes("/oauth/") && !request.headers["Idempotency-Key"]) {
      request.headers["Idempotency-Key"] = crypto.randomUUID();
    }
    return request;
  },
});
