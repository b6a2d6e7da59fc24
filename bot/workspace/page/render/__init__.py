"""What a page is made of: messages, blocks, views, as HTML. Pure functions of the state and of who looks.

What the scripts on the page rely on, and nothing else of the markup:

- `#m-{channel}-{ts, its dot as a dash}` a message, with `data-channel`, `data-ts`, `data-ephemeral` where it is one;
  `#v-{view}` a modal or home tab, with `data-view`. Either is the *place* of what is inside.
- Everything that can be used is a control with `data-block`, `data-action`, `data-type` (Slack's element type), and
  `data-confirm` (its dialog as JSON) where it asks first. `data-dispatch` where using it tells the app at once: always
  but for inputs without `dispatch_action`; on a text field its value is `enter`, `typing` or both.
- Text fields, dates, numbers and files are native inputs. Their `name` is nothing to go by; block and action are.
- `radio_buttons` and `checkboxes` are a fieldset with those attributes around native inputs whose values are options'.
- A select is `<div data-type=…>` around `<button role=combobox>` and `<ul role=listbox>`; options are `<li role=option
  data-value=… data-label=…>`. `data-source` says where more come from: `external`, `users`, `conversations`,
  `channels`; `data-multiple` and `data-most` that several may be chosen; `data-min-query` when to ask.
- `overflow` is a select that acts at once, its button named “More actions”.
- `rich_text_input` is `<div contenteditable data-type=rich_text_input>` under a toolbar of `<button data-mark=bold>`.
- An input block is `<div class=input data-input={block} data-required>`; its error goes into `#e-{view or message
  id}-{block}`, which the control names in `aria-describedby`.
- A table that can be sorted has `data-sort` on its column heads, and `data-key` on each cell.
"""
