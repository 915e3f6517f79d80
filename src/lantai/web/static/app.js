// Started on every page; each part looks for what it serves and does nothing where that is absent.
import {startKeys} from './keys.js';
import {startList} from './list.js';
import {startTree} from './tree.js';
import {startUpload} from './upload.js';

startKeys();
startTree();
startList();
startUpload();
