"""What a page is made of: messages, blocks, views, as HTML. Pure functions of the state and of who looks.

What the scripts on the page rely on, and nothing else of the markup:

- `#m-{channel}-{ts, its dot as a dash}` a message, with `data-channel`, `data-ts`, `data-ephemeral` where it is one;
  `#v-{view}` a modal or home tab, with `data-view`. Either is the *place* of what is inside.
- Everything that can be used is a control with `data-block`, `data-action`, `data-type` (Slack's element type), and
  `data-confirm` (its dialog as JSON) where it asks first. `data-dispatch` where using it tells the app at once: always
  but for inputs without `dispatch_action`; on a text field its value is `enter`, `typing` or both.
- Text fields, dates, numbers and files are native inputs. Their `name` is nothing to go by; block and action are.
- `radio_buttons` and `checkboxes` are a group with those attributes around native inputs whose values are options'.
- A select is `<div data-type=…>` around `<button role=combobox>` and `<ul role=listbox>`; options are `<li role=option
  data-value=… data-label=…>`. `data-source` says where more come from: `external`, `users`, `conversations`,
  `channels`; `data-multiple` and `data-most` that several may be chosen; `data-min-query` when to ask.
- `overflow` is a select that acts at once, its button named “More actions”; `data-url` of a line is opened besides.
- The two buttons of `feedback_buttons` have `aria-pressed`; the one that was used stays pressed.
- `rich_text_input` is `<div contenteditable data-type=rich_text_input>` under a toolbar of `<button data-mark=bold>`.
- An input block is `<div class=input-box data-input={block} data-required>` with a `.label`, the control, and an
  `.error` that the control names in `aria-describedby`. A label leads to its field by `for`; where HTML has no such
  way, to rich text, a script leads.
- A table that can be sorted has `data-sort` on its column heads and `data-key` on each cell. `data-page` says how many
  rows are in sight; where there are more, a `.pager` with `data-turn` on its buttons follows.
- Ids of parts are made by `Place.name_of` and hold nothing that an app chose without being quoted.
"""
