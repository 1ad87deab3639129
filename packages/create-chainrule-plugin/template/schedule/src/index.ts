/** `__name__` for Chainrule: `use "__package__"`. */
export { __identifier__ } from './__name__.js'
