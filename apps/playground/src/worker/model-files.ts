/** Saved models; apart, as not every visit reads or writes one. */
export { readModel, writeModel } from 'chainrule/workbench'
