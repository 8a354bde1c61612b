import { render } from 'preact';
import { Reference } from './reference/reference.js';
import './styles/base.css';
import './styles/controls.css';
import './styles/shell.css';
import './styles/history.css';
import './styles/reference.css';

render(<Reference />, document.getElementById('page')!);
