"""Coming in: by password and second factor or through the company's own provider, and what stays of it."""
