// SPDX-License-Identifier: Apache-2.0
// Starts Swagger UI on the reference page; requests go to our own origin only (connect-src 'self').
const place = document.getElementById("reference");
window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.openapi,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
