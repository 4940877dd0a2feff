"""What is published of a graph: RDF in every format, tables, GeoJSON."""
