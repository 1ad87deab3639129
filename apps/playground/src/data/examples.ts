/** Values of a column side by side; one that holds a comma, or has a space at an end, stands in quotes as in a CSV file. */
export const examplesText = (values: readonly string[]): string =>
  values
    .map((value) =>
      value === '' || value.includes(',') || value.trim() !== value
        ? `"${value.replaceAll('"', '""')}"`
        : value,
    )
    .join(', ')
